INSERT INTO events VALUES (4, '2026-05-05');
SELECT id, at FROM events;
