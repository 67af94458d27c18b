INSERT INTO t (id, b) VALUES (1000, 'n');
UPDATE t SET b = 'x';
