INSERT INTO u (id, a, at) VALUES (1000, 'x', '2025-01-01 00:00');
UPDATE u SET at = '2025-01-02' WHERE id = 1;
SELECT id, a, at FROM u;
