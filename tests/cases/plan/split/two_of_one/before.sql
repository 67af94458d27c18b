INSERT INTO people (id, name, note) SELECT i, 'First' || i || CASE WHEN i % 5 = 0 THEN '' ELSE ' Last' || i END, '' FROM generate_series(1, 50) AS i;
