INSERT INTO t SELECT i, '2020-01-01 12:34:56' FROM generate_series(1, 50) AS i;
