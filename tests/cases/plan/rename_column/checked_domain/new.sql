INSERT INTO t (id, a, c) VALUES (1000, 'x', 9);
SELECT id, a, c FROM t;
