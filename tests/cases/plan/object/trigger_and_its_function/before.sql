INSERT INTO total VALUES (1, 0); INSERT INTO day SELECT i, i FROM generate_series(1, 20) AS i;
