INSERT INTO events VALUES (1, '2026-05-05', 'x'), (1, '2028-05-05', 'x');
INSERT INTO kinds VALUES ('b', 1), ('c', 20);
