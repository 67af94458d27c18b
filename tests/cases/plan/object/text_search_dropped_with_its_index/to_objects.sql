CREATE FUNCTION none_of() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 0::bigint';
CREATE FUNCTION one_more(bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE AGGREGATE rows_of(*) (SFUNC = one_more, STYPE = bigint, INITCOND = '0');
COMMENT ON AGGREGATE rows_of(*) IS 'How many.';
