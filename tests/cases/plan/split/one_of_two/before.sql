INSERT INTO people (id, first, last, note) SELECT i, 'First' || i, CASE WHEN i % 5 = 0 THEN NULL ELSE 'Last' || i END, '' FROM generate_series(1, 50) AS i;
