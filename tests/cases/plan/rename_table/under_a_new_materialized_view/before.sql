INSERT INTO t (id, a) SELECT i, 'v' || i FROM generate_series(1, 50) AS i;
