INSERT INTO t (id, size) SELECT i, 'small' FROM generate_series(1, 50) AS i;
INSERT INTO u (id, t, size) SELECT i, i, 'small' FROM generate_series(1, 50) AS i;
