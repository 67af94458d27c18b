INSERT INTO people (id, first, last, note) VALUES (1000, 'A', 'B', '');
UPDATE people SET first = 'X' WHERE id = 3;
UPDATE people SET last = NULL WHERE id = 6;
SELECT id, first, last FROM people;
DELETE FROM people WHERE id = 4;
