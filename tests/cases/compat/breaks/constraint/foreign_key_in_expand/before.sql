CREATE TABLE u (id bigint PRIMARY KEY); CREATE TABLE t (id bigint, u_id bigint);
