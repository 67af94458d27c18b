CREATE TABLE t (id bigint, n numeric NOT NULL);
