INSERT INTO t SELECT generate_series(1, 20); INSERT INTO follow SELECT i, i % 5 + 1 FROM generate_series(1, 20) AS i;
