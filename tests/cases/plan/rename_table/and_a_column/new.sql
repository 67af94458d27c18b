INSERT INTO u (id, b) VALUES (1000, 'new');
UPDATE u SET b = 'x' || id WHERE id = 3;
SELECT id, b FROM u;
DELETE FROM u WHERE id = 4;
