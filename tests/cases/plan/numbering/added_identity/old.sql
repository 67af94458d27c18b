INSERT INTO t (name, a) VALUES ('old', 'x');
UPDATE t SET a = 'y' WHERE name = 'n1';
DELETE FROM t WHERE name = 'n2';
SELECT a FROM t WHERE name = 'n3';
