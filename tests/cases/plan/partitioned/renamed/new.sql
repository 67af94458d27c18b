INSERT INTO happenings (id, at, note, place) VALUES (1000, DATE '2026-05-05', 'y', 'here');
INSERT INTO happenings (id, at, note, place) VALUES (4, DATE '2027-05-05', 'y', 'there') ON CONFLICT (id, at) DO UPDATE SET place = 'z';
UPDATE happenings SET place = 'm' WHERE id = 3;
SELECT id, at, note, place FROM happenings;
