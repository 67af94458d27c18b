INSERT INTO t (id, a) VALUES (1000, 'New');
UPDATE t SET a = 'X' || id WHERE id = 3;
