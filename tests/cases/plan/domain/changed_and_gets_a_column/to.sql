CREATE DOMAIN amount AS integer CONSTRAINT positive CHECK (VALUE > 0);
CREATE TABLE t (id bigint PRIMARY KEY, a amount, b amount);
CREATE TABLE u (id bigint PRIMARY KEY, a amount);
