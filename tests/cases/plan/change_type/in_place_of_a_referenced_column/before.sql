INSERT INTO hub VALUES ('a'), ('b');
INSERT INTO spoke VALUES (1, 'a'), (2, 'b');
