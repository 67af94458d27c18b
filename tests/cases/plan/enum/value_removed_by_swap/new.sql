INSERT INTO t (id) VALUES (1000);
UPDATE t SET mood = 'happy' WHERE id = 3;
SELECT id, mood FROM t;
