INSERT INTO t (id, a, gone) VALUES (1000, 'new', 1);
UPDATE t SET a = 'x' || id WHERE id = 3;
SELECT id, a, gone FROM t;
SELECT id, gone FROM v;
