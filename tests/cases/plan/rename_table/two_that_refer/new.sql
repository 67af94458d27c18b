INSERT INTO u (id, b, n) VALUES (1000, 'new', 2);
INSERT INTO remarks VALUES (1000, 1);
UPDATE u SET b = 'x' || id WHERE id = 3;
SELECT id, b, n FROM u;
SELECT id, t FROM remarks;
