INSERT INTO hub (id, code) VALUES (1, 'a'), (2, 'b');
INSERT INTO spoke (id, hub) SELECT i, 'a' FROM generate_series(1, 20) AS i;
