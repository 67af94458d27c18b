INSERT INTO t SELECT i, '{"a": 1}' FROM generate_series(1, 50) AS i;
