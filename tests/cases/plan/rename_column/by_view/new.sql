INSERT INTO t (id, c) VALUES (1000, 'new');
UPDATE t SET c = 'x' || id, e = e + 1 WHERE id = 3;
SELECT id, c, e FROM t;
INSERT INTO t (id, c) VALUES (1001, 'v1') ON CONFLICT (c) DO UPDATE SET id = excluded.id;
DELETE FROM t WHERE id = 4;
