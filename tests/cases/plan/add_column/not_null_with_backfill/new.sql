INSERT INTO t (id, a, b) VALUES (1000, 'x', 'y');
UPDATE t SET b = b || '!';
