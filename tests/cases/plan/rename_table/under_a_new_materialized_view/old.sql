INSERT INTO t (id, a) VALUES (1000, 'new');
UPDATE t SET a = 'x' || id WHERE id = 3;
SELECT id, a FROM t;
INSERT INTO t (id, a) VALUES (1001, 'v1') ON CONFLICT (a) DO UPDATE SET id = excluded.id;
DELETE FROM t WHERE id = 4;
