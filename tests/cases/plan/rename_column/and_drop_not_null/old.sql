INSERT INTO t (id, a) VALUES (1000, 'n');
UPDATE t SET a = 'x';
