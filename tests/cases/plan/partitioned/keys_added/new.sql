INSERT INTO events (id, at, kind, code) VALUES (1000, DATE '2026-05-05', 2, 'y');
UPDATE events SET kind = 2 WHERE id = 3;
UPDATE events SET at = DATE '2027-03-03' WHERE id = 2;
SELECT id, at, kind, code FROM events;
DELETE FROM kinds WHERE id = 3;
