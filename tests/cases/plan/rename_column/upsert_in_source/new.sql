INSERT INTO t (id, b) VALUES (1000, 'new');
UPDATE t SET b = b || '!' WHERE id = 3;
SELECT id, b FROM t;
DELETE FROM t WHERE id = 4;
