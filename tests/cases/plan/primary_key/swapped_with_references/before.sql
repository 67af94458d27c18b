INSERT INTO t (a, parent) SELECT 'v' || i, nullif(i, 1) - 1 FROM generate_series(1, 50) AS i;
INSERT INTO one (id, t) SELECT i, i FROM generate_series(1, 50) AS i;
INSERT INTO two (id, t) SELECT i, nullif(i, 7) FROM generate_series(1, 50) AS i;
