INSERT INTO t SELECT i, int4range(i, i + 1) FROM generate_series(1, 50) AS i;
