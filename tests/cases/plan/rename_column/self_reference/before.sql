INSERT INTO t (id, parent) SELECT i, nullif(i - 1, 0) FROM generate_series(1, 50) AS i;
