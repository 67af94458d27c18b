INSERT INTO t (id, title) VALUES (1000, 'new');
UPDATE t SET title = 'x' || id WHERE id = 3;
SELECT id, title FROM t;
