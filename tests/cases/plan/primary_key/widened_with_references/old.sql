INSERT INTO t (a) VALUES ('new');
INSERT INTO one (id, t) VALUES (1000, 4);
UPDATE two SET t = 5 WHERE id = 7;
SELECT id, t FROM one;
