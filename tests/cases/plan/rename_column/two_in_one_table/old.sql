INSERT INTO t (id, a, c) VALUES (1000, 'n', 1);
UPDATE t SET a = 'x', c = c + 1;
