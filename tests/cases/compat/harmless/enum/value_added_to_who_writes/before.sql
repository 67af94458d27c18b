CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE t (id bigint, m mood NOT NULL);
