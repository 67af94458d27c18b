INSERT INTO t (id, during) VALUES (1000, int4range(300, 304));
