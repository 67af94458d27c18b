INSERT INTO t (id) VALUES (1000);
UPDATE t SET state = 'done' WHERE id = 3;
SELECT id, state, waiting() FROM t;
