INSERT INTO t (id, b, n) SELECT i, 'v' || i, i FROM generate_series(1, 50) AS i;
INSERT INTO other (id, t) SELECT i, 'v' || i FROM generate_series(10, 20) AS i;
CREATE VIEW below AS SELECT id, b, n FROM t;
CREATE VIEW above AS SELECT b FROM below;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER stamped BEFORE UPDATE OF b ON t FOR EACH ROW EXECUTE FUNCTION stamp();
GRANT SELECT, INSERT ON t TO PUBLIC;
GRANT UPDATE (n) ON t TO PUBLIC;
