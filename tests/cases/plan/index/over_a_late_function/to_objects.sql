CREATE FUNCTION half(key bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT (key + 1) / 2';
