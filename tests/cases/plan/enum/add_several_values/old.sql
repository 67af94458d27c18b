INSERT INTO e VALUES (2, 'happy');
