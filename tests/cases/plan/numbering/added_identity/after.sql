SELECT count(*) = 25 AND count(DISTINCT number) = 25 FROM t WHERE name LIKE 'n%';
SELECT nextval(pg_get_serial_sequence('t', 'number')) > max(number) FROM t;
