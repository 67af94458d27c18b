INSERT INTO events VALUES (2, '2026-05-05', 'k', 'y');
INSERT INTO places VALUES (2, '2027-05-05');
