INSERT INTO events VALUES (1, '2026-05-05', 'k', 'x');
INSERT INTO places VALUES (1, '2027-05-05');
