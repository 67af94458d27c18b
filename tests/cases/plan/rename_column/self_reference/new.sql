INSERT INTO t (id, above) VALUES (1000, 3);
UPDATE t SET above = 1 WHERE id = 7;
SELECT id, above FROM t;
