INSERT INTO events VALUES (5, '2030-06-06');
SELECT id, at FROM events;
