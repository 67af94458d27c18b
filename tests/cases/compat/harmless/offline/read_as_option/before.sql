CREATE TABLE t (id bigint, a text NOT NULL);
