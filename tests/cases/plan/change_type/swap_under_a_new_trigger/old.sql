INSERT INTO t (id, email, k) VALUES (1000, 'old', 2);
UPDATE t SET email = 'other' WHERE id = 3;
