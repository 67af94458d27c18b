INSERT INTO t (id, b) VALUES (1000, '{}');
UPDATE t SET b = '[1]';
