INSERT INTO events (id, at, kind, note) VALUES (1000, DATE '2026-05-05', 1, 'y');
UPDATE events SET note = 'n' WHERE id = 3;
SELECT id, at, kind, note FROM events;
