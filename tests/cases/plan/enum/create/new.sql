INSERT INTO e (id, mood) VALUES (1, 'happy');
INSERT INTO e (id) VALUES (2);
