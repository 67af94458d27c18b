INSERT INTO t (id, n, g) VALUES (1000, 1, 2);
UPDATE t SET n = 7, g = 14 WHERE id = 3;
SELECT id, n, g FROM t;
