INSERT INTO t (a, gone, kind) VALUES ('new', 'x', 1000);
INSERT INTO t (a, kind) VALUES ('new', 1001) ON CONFLICT (kind) DO UPDATE SET a = 'upserted';
UPDATE t SET a = 'x' || id WHERE id = 3;
SELECT id, a, gone, kind FROM t;
DELETE FROM t WHERE id = 44;
