INSERT INTO child VALUES (2, 'v2');
