INSERT INTO followings (x) VALUES (7);
