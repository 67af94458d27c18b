INSERT INTO t (id, a) SELECT i, 'v' || i FROM generate_series(1, 50) AS i;
INSERT INTO notes SELECT i, i FROM generate_series(1, 20) AS i;
