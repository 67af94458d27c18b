INSERT INTO t (id, a) SELECT i, 'v' || i FROM generate_series(1, 50) AS i;
INSERT INTO child VALUES (1, 1);
