INSERT INTO t (id, b, n) VALUES (1000, 'x', 1);
INSERT INTO u (id) VALUES (1);
SELECT id, b, n, name_of(id) FROM t;
