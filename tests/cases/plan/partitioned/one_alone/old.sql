INSERT INTO events VALUES (2, '2026-05-05', 'much longer than that');
SELECT id, at, note FROM events;
