INSERT INTO t SELECT i, 'note ' || i, '2020-07-01 12:34:56+00', NULL FROM generate_series(1, 50) AS i;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' THEN NEW.made := current_timestamp; END IF; NEW.seen := current_timestamp; RETURN NEW; END $$;
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE OF note ON t FOR EACH ROW EXECUTE FUNCTION stamp();
