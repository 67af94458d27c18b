INSERT INTO events VALUES (2, '2029-05-05', 'y');
INSERT INTO kinds VALUES ('e', 1), (NULL, 20);
