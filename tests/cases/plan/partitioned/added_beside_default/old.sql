INSERT INTO events VALUES (2, '2027-05-05', 'y');
INSERT INTO kinds VALUES ('a', 1);
