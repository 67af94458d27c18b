INSERT INTO u (id, a, n) VALUES (1000, 'new', 2);
UPDATE u SET a = 'x' || id WHERE id = 3;
SELECT id, a, n FROM u;
SELECT id FROM w;
