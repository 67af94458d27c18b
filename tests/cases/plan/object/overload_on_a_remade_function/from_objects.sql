CREATE FUNCTION rank_of(id bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE VIEW ranks AS SELECT id, rank_of(id) FROM t;
