CREATE TABLE t (id bigint, n bigint);
