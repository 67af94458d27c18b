SELECT count(*) = 49 FROM t WHERE a = 'v' || key;
SELECT nextval(pg_get_serial_sequence('t', 'key')) > 50;
