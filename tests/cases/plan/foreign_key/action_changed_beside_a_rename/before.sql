INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, 20) AS i;
INSERT INTO topics SELECT i, i, 't' FROM generate_series(1, 10) AS i;
