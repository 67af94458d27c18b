CREATE TABLE t (id bigint PRIMARY KEY, a text NOT NULL); CREATE TABLE u (id bigint, a text); CREATE VIEW v AS SELECT id, a FROM t;
