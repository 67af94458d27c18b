CREATE FUNCTION value_of(key bigint) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT n + 1 FROM t WHERE id = key';
CREATE FUNCTION twice(key bigint) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 2 * value_of(key)';
