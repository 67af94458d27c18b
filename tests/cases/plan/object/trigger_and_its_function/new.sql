INSERT INTO day (id, downloads) VALUES (1000, 5);
