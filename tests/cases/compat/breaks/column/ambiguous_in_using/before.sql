CREATE TABLE t (id bigint, a text); CREATE TABLE u (id bigint); CREATE TABLE v (a text);
