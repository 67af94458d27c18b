INSERT INTO t (id, b) VALUES (1000, 5);
UPDATE t SET b = b + 1;
