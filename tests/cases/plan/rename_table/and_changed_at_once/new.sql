INSERT INTO u (b, kind, total) VALUES ('new', 2000, 5);
INSERT INTO u (b, kind, total) VALUES ('new', 2001, 5) ON CONFLICT (kind) DO UPDATE SET b = 'upserted';
INSERT INTO more (u) SELECT min(id) FROM u;
UPDATE u SET b = 'x' || id, total = 7 WHERE id = 3;
SELECT id, b, kind, total, note FROM u;
DELETE FROM u WHERE id = 44;
