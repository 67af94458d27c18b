INSERT INTO people (id, name, note) VALUES (1000, 'A B', '');
UPDATE people SET name = 'X Y' WHERE id = 3;
UPDATE people SET note = 'n' WHERE id = 5;
SELECT id, name FROM people;
DELETE FROM people WHERE id = 4;
