INSERT INTO t (id, b, d) VALUES (1000, 'n', 1);
UPDATE t SET b = 'x', d = d + 1;
