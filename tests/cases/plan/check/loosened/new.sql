INSERT INTO t VALUES (1000, 'c', repeat('n', 40));
UPDATE t SET kind = 'c' WHERE id = 3;
