INSERT INTO u (id, a) VALUES (1000, 'new');
UPDATE u SET a = 'x' || id WHERE id = 3;
SELECT id, a FROM u;
INSERT INTO u (id, a) VALUES (1001, 'v1') ON CONFLICT (a) DO UPDATE SET id = excluded.id;
DELETE FROM u WHERE id = 4;
