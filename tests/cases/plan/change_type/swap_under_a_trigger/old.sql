INSERT INTO t (id, a, changed) VALUES (1000, 7, '2021-07-03 04:05:06');
UPDATE t SET a = 8 WHERE id = 3;
SELECT last_change();
