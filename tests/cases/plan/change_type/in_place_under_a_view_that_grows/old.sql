INSERT INTO t (id, a) VALUES (1000, 'x');
SELECT id, a FROM v;
