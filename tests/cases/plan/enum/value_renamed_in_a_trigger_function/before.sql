INSERT INTO t (id, state) SELECT i, CASE WHEN i % 2 = 0 THEN 'new' ELSE 'done' END::state FROM generate_series(1, 50) AS i;
