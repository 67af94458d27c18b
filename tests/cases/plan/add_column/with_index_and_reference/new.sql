INSERT INTO t (id, a, parent) VALUES (1000, 'x', 1);
