CREATE DOMAIN amount AS integer NOT NULL;
CREATE TABLE t (id bigint PRIMARY KEY, a amount, b amount);
