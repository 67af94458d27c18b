INSERT INTO t (a, kind) SELECT 'v' || i, i FROM generate_series(1, 50) AS i;
INSERT INTO notes SELECT i, i FROM generate_series(1, 20) AS i;
