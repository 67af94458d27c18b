INSERT INTO u (id, a) VALUES (1000, 'x');
UPDATE u SET a = 'y' WHERE id = 1;
SELECT id, a FROM u;
