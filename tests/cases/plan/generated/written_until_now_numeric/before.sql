INSERT INTO t (id, n, g) SELECT i, i, CASE WHEN i % 2 = 0 THEN i * 2 END FROM generate_series(1, 50) AS i;
