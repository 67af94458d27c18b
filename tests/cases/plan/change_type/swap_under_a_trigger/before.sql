INSERT INTO t SELECT i, i, '2020-07-01 12:34:56' FROM generate_series(1, 50) AS i;
