INSERT INTO t (id, a) VALUES (1000, 'new');
UPDATE t SET a = 'x' || id WHERE id = 3;
SELECT a FROM firsts;
