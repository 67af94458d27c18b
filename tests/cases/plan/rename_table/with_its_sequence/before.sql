INSERT INTO follows (x) SELECT i FROM generate_series(1, 20) AS i;
