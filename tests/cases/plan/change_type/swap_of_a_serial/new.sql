INSERT INTO t (id, a) VALUES (1000, 7);
UPDATE t SET a = 8 WHERE id = 3;
SELECT id, a FROM t;
