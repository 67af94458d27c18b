INSERT INTO t (a) VALUES ('new');
INSERT INTO one (id, t_key) VALUES (1000, 4);
UPDATE two SET t_key = 5 WHERE id = 7;
SELECT id, t_key FROM one;
