INSERT INTO base (id) SELECT i FROM generate_series(1, 50) AS i;
INSERT INTO other (id, base) SELECT i, i FROM generate_series(1, 50) AS i;
UPDATE base SET other = id;
INSERT INTO t (id, base, a) SELECT i, i, 'v' || i FROM generate_series(1, 50) AS i;
