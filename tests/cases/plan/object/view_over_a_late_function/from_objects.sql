CREATE FUNCTION sum_of() RETURNS integer LANGUAGE sql STABLE AS 'SELECT sum(n)::integer FROM t';
