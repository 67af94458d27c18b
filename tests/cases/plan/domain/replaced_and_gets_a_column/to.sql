CREATE DOMAIN amount AS integer CONSTRAINT positive CHECK (VALUE > 0);
CREATE TABLE t (id bigint PRIMARY KEY, b amount);
