CREATE TABLE u (id int PRIMARY KEY, search tsvector);
CREATE TABLE t (
    a int PRIMARY KEY, b int NOT NULL, c int REFERENCES u ON DELETE CASCADE,
    CONSTRAINT named UNIQUE (a, b), CHECK (a > 1), CHECK (c > 0)
);
CREATE INDEX stays ON t (a);
CREATE INDEX t_a_b_idx ON t (a, b);
CREATE INDEX ON t (c) WHERE c > 5;
