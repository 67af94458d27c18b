INSERT INTO t SELECT 'n' || n, 'x' FROM generate_series(1, 25) AS n;
