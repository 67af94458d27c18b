CREATE FUNCTION set_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD AND NEW.changed IS NOT DISTINCT FROM OLD.changed THEN
        NEW.changed := current_timestamp;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER set_changed BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION set_changed();

CREATE FUNCTION last_change() RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    r record;
BEGIN
    SELECT * INTO r FROM t ORDER BY id LIMIT 1;
    RETURN r.changed;
END
$$;
