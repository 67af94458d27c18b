INSERT INTO e (id) VALUES (1000);
INSERT INTO e (id, feeling) VALUES (1001, 'fine');
UPDATE e SET feeling = 'happy' WHERE id = 3;
SELECT id, feeling FROM e;
