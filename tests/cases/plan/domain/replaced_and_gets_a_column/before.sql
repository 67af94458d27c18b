INSERT INTO t SELECT i FROM generate_series(1, 50) AS i;
