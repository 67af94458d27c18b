INSERT INTO t SELECT i, date '2020-01-01' + i, i::text FROM generate_series(1, 50) AS i;
