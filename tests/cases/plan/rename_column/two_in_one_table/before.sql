INSERT INTO t (id, a, c) SELECT i, 'v' || i, i FROM generate_series(1, 50) AS i;
