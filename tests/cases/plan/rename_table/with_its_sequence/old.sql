INSERT INTO follows VALUES (nextval('follows_id_seq'), 7);
