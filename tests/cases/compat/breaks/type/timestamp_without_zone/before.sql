CREATE TABLE t (id bigint, at timestamptz NOT NULL);
