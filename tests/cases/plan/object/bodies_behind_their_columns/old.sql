INSERT INTO t (id, a, n) VALUES (1000, 'x', 1);
INSERT INTO u (id) VALUES (1);
SELECT id, a, n, name_of(id) FROM t;
