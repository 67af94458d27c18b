INSERT INTO p VALUES (1);
INSERT INTO t (id, a, p) SELECT i, 'v' || i, 1 FROM generate_series(1, 50) AS i;
