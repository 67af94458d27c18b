INSERT INTO t (id, during) VALUES (1000, int4range(3, 4));
