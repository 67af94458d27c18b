INSERT INTO events (id, at, kind, note, place) VALUES (1000, DATE '2026-05-05', 1, 'y', 'here');
SELECT id, at, kind, note, place FROM events;
