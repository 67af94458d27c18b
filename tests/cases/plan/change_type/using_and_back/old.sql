INSERT INTO t (id, a) VALUES (1000, '5');
UPDATE t SET a = '7';
