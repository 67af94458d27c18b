INSERT INTO t (id, parent) VALUES (1000, 3);
UPDATE t SET parent = 1 WHERE id = 7;
SELECT id, parent FROM t;
