INSERT INTO t (id, a, b) VALUES (1000, 1, 2);
SELECT id, a, b FROM t;
