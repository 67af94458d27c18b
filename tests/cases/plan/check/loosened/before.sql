INSERT INTO t SELECT i, 'a', 'name ' || i FROM generate_series(1, 50) AS i;
