INSERT INTO users (id, m) VALUES (1000, 'new');
DELETE FROM users WHERE id = 15;
