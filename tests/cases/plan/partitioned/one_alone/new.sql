INSERT INTO events VALUES (2, '2026-05-05', 'short');
SELECT id, at, note FROM events;
