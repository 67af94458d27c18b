INSERT INTO t (id, a, b) SELECT i, 'Small', '{Large,Small}' FROM generate_series(1, 50) AS i;
INSERT INTO u (id, a) VALUES (1, 'Small'), (2, 'Large'), (3, NULL);
