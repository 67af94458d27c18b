INSERT INTO t (id, code) VALUES (1000, 'x');
SELECT id, code, n FROM t;
