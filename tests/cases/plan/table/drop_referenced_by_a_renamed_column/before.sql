INSERT INTO team SELECT i FROM generate_series(1, 50) AS i;
INSERT INTO account SELECT i, i FROM generate_series(1, 50) AS i;
