INSERT INTO e VALUES (2, 'so_so');
