INSERT INTO t (id, a, b) SELECT i, 'a' || i, 'b' || i FROM generate_series(1, 50) AS i;
