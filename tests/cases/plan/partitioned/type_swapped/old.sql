INSERT INTO events (id, at, changed) VALUES (1000, DATE '2026-05-05', '2026-02-02 03:04');
UPDATE events SET changed = '2026-03-03 00:00' WHERE id = 3;
UPDATE events SET at = DATE '2027-03-03' WHERE id = 2;
