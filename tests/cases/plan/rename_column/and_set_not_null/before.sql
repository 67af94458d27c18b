INSERT INTO t (id, a) SELECT i, 'v' || i FROM generate_series(1, 50) AS i;
UPDATE t SET a = NULL WHERE id % 2 = 0;
