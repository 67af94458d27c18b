CREATE TABLE t (id bigint PRIMARY KEY, a text NOT NULL); CREATE INDEX t_a ON t (a);
