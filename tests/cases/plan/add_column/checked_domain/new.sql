INSERT INTO t (id, a, b) VALUES (1000, 'x', 9);
SELECT id, a, b FROM t;
