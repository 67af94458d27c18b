INSERT INTO t (id, b) SELECT i, 'v' || i FROM generate_series(1, 50) AS i;
