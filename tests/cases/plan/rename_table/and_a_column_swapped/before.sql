INSERT INTO t (id, a, at) SELECT i, i, '2024-02-29 12:00' FROM generate_series(1, 50) AS i;
