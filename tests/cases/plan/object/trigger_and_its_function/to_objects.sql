CREATE FUNCTION count_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE total SET n = n + (SELECT coalesce(sum(downloads), 0) FROM added) WHERE id = 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_day AFTER INSERT ON day REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_day();
