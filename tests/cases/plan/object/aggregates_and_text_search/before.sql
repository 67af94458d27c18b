INSERT INTO t (id, a) SELECT i, 'the word ' || i FROM generate_series(1, 50) AS i;
