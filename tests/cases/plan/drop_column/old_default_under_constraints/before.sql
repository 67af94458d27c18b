INSERT INTO parent VALUES (1), (2); INSERT INTO t (id, a, b) SELECT i, 'v' || i, 1 + i % 2 FROM generate_series(1, 50) AS i;
