INSERT INTO day (id, n) VALUES (1000, 5);
