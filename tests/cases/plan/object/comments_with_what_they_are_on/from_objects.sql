CREATE FUNCTION step(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE total(integer) (SFUNC = step, STYPE = integer, INITCOND = '0');
COMMENT ON AGGREGATE total(integer) IS 'Of all.';
CREATE VIEW totals AS SELECT total(id::integer) FROM t;
