CREATE TABLE t (id bigint, a varchar(20));
