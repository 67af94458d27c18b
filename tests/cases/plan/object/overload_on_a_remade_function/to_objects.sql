CREATE FUNCTION rank_of(id bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint';
CREATE VIEW ranks AS SELECT id, rank_of(id) FROM t;
CREATE VIEW ranked AS SELECT a, rank_of(id) + 1 AS rank FROM t;
COMMENT ON VIEW ranked IS 'Waits for the function, and this for it.';
