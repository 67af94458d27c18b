INSERT INTO t (id, a) VALUES (1000, 'new');
UPDATE t SET a = 'x' || id WHERE id = 3;
SELECT id, a FROM t;
DELETE FROM t WHERE id = 4;
