CREATE TABLE t (id bigint PRIMARY KEY, a varchar(10));
