CREATE DOMAIN amount AS integer;
CREATE TABLE t (id bigint PRIMARY KEY, a amount);
