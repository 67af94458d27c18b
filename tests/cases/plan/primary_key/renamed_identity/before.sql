INSERT INTO t (a) SELECT 'v' || i FROM generate_series(1, 50) AS i;
DELETE FROM t WHERE id = 50;
