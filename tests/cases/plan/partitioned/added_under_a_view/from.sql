CREATE TABLE kinds (kind text, place int) PARTITION BY LIST (kind);
CREATE TABLE kinds_rest PARTITION OF kinds DEFAULT;
CREATE VIEW all_of AS SELECT kind FROM kinds_rest;
