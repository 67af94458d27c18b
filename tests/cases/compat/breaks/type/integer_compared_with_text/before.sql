CREATE TABLE t (id bigint, n integer);
