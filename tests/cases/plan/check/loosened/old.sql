INSERT INTO t VALUES (1000, 'b', 'old');
UPDATE t SET kind = 'b' WHERE id = 3;
