INSERT INTO t SELECT i, 'e' || i, 0 FROM generate_series(1, 20) AS i;
