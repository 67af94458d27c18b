INSERT INTO e VALUES (2, 'awake');
INSERT INTO e VALUES (2, 'zen');
