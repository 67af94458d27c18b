INSERT INTO t (id, base, a) VALUES (1000, 7, 'new');
UPDATE t SET base = 8 WHERE id = 3;
SELECT t.id, t.base, t.a, base.other FROM t JOIN base ON base.id = t.base;
DELETE FROM other WHERE id NOT IN (SELECT other FROM base WHERE other IS NOT NULL);
