CREATE FUNCTION sum_of() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT sum(n)::bigint FROM t';
