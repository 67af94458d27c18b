CREATE TABLE t (id bigint, a varchar(10), j json, n inet);
