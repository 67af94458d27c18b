CREATE EXTENSION citext;
CREATE SCHEMA reports;
CREATE VIEW reports.ids AS SELECT id, a::citext AS a FROM t;
CREATE FUNCTION reports.double(n bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 2 * n';
