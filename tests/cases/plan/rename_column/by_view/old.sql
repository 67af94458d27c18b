INSERT INTO t (id, b) VALUES (1000, 'new');
UPDATE t SET b = 'x' || id, d = d + 1 WHERE id = 3;
SELECT id, b, d FROM t;
INSERT INTO t (id, b) VALUES (1001, 'v1') ON CONFLICT (b) DO UPDATE SET id = excluded.id;
DELETE FROM t WHERE id = 4;
