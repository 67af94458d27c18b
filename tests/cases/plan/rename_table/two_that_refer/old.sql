INSERT INTO t (id, a) VALUES (1000, 'new');
INSERT INTO notes VALUES (1000, 1);
UPDATE t SET a = 'x' || id WHERE id = 3;
SELECT id, a FROM t;
SELECT id, t FROM notes;
