INSERT INTO t (a, parent) VALUES ('new', 3);
INSERT INTO one (id, t) VALUES (1000, 4);
UPDATE two SET t = 5 WHERE id = 7;
UPDATE t SET parent = 9 WHERE id = 2;
SELECT id, t FROM one;
