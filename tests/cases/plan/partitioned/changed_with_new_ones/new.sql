INSERT INTO events (id, at, note) VALUES (2, '2027-05-05', 'y'), (2, '2030-05-05', 'z');
INSERT INTO places VALUES (2, '2027-05-05', 'n');
