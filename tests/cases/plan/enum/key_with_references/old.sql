INSERT INTO t (id, size) VALUES (1000, 'large');
INSERT INTO u (id, t, size) VALUES (1000, 3, 'small');
DELETE FROM t WHERE id = 4;
SELECT id, size FROM t;
SELECT id, t, size FROM u;
