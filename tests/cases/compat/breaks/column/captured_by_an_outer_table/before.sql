CREATE TABLE t (id bigint, a text); CREATE TABLE u (id bigint, a text);
