INSERT INTO t (id, a, n) SELECT i, 'v' || i, i FROM generate_series(1, 50) AS i;
