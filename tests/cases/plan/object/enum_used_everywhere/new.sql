INSERT INTO t (id) VALUES (1000);
UPDATE t SET stage = 'open' WHERE id = 3;
SELECT id, stage FROM t;
SELECT id FROM v;
