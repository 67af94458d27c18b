INSERT INTO t SELECT 'x' || i % 3, i, 'v' || i FROM generate_series(1, 50) AS i;
