INSERT INTO events (id, at, kind, note) VALUES (1000, DATE '2026-05-05', 1, 'y');
INSERT INTO events (id, at, kind, note) VALUES (4, DATE '2027-05-05', 1, 'y') ON CONFLICT (id, at) DO UPDATE SET note = 'z';
UPDATE events SET note = 'n' WHERE id = 3;
SELECT id, at, kind, note FROM events;
