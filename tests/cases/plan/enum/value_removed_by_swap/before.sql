INSERT INTO t (id, mood) SELECT i, CASE WHEN i % 2 = 0 THEN 'meh' ELSE 'happy' END::mood FROM generate_series(1, 50) AS i;
