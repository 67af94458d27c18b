INSERT INTO t (id, name, b, c) VALUES (1000, 'new', 1, 2);
UPDATE t SET name = 'x' || id, c = 2 WHERE id = 3;
SELECT id, name, b, c FROM t;
