INSERT INTO t (id, a) VALUES (1000, 'x');
UPDATE t SET a = 'y' WHERE id = 1;
SELECT id, a FROM t;
