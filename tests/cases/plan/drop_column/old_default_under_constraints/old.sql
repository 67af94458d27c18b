INSERT INTO t (id, a, b) VALUES (1000, 'x', 1);
