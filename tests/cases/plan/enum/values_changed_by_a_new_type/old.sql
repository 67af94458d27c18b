INSERT INTO e (id) VALUES (1000);
INSERT INTO e (id, mood) VALUES (1001, 'so_so');
UPDATE e SET mood = 'happy' WHERE id = 3;
SELECT id, mood FROM e;
