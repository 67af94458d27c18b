CREATE TABLE t (id bigint, n integer NOT NULL, a text NOT NULL);
