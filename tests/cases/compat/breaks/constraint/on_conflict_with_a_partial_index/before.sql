CREATE TABLE t (id bigint, a text); CREATE UNIQUE INDEX t_a ON t (a);
