INSERT INTO t (id, n) VALUES (1000, 1);
UPDATE t SET n = 7 WHERE id = 3;
SELECT id, n, g FROM t;
