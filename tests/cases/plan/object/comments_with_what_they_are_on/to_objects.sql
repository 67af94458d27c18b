CREATE FUNCTION step(bigint, integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
COMMENT ON FUNCTION step(bigint, integer) IS 'One more.';
CREATE AGGREGATE total(integer) (SFUNC = step, STYPE = bigint, INITCOND = '0');
COMMENT ON AGGREGATE total(integer) IS 'Of all.';
CREATE VIEW totals AS SELECT total(id::integer) FROM t;
