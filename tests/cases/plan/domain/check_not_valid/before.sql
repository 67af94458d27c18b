INSERT INTO t SELECT i, i * 100 FROM generate_series(1, 50) AS i;
