INSERT INTO events (id, at, kind) VALUES (1000, DATE '2026-05-05', 2);
INSERT INTO events (id, at) VALUES (4, DATE '2027-05-05') ON CONFLICT (id, at) DO UPDATE SET kind = 2;
UPDATE events SET kind = 3 WHERE id = 3;
UPDATE events SET at = DATE '2027-03-03', kind = 1 WHERE id = 2;
UPDATE events SET at = DATE '2026-03-03' WHERE id = 11;
SELECT id, at, kind FROM events;
