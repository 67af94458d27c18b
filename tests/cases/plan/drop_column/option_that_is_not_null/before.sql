INSERT INTO t (id, a, b) SELECT i, 'v' || i, i FROM generate_series(1, 50) AS i;
