INSERT INTO t (id, a) VALUES (1000, '{}');
UPDATE t SET a = '[1]';
