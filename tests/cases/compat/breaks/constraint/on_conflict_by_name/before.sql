CREATE TABLE t (id bigint, a text CONSTRAINT t_a UNIQUE);
