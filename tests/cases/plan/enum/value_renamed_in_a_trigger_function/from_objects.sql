CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'new' THEN
        PERFORM pg_notify('t', NEW.id::text);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER note AFTER INSERT OR UPDATE OF state ON t FOR EACH ROW EXECUTE FUNCTION note();
CREATE FUNCTION waiting() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM t WHERE state = 'new' $$;
