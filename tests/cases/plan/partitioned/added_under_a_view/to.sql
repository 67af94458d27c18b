CREATE TABLE kinds (kind text, place int) PARTITION BY LIST (kind);
CREATE TABLE kinds_a PARTITION OF kinds FOR VALUES IN ('a');
CREATE TABLE kinds_rest PARTITION OF kinds DEFAULT;
CREATE VIEW of_a AS SELECT place FROM kinds_a;
CREATE VIEW large_of_a AS SELECT place FROM of_a WHERE place > 100;
CREATE MATERIALIZED VIEW count_of_a AS SELECT count(*) AS n FROM of_a;
CREATE VIEW all_of AS SELECT kind FROM kinds_rest UNION ALL SELECT kind FROM kinds_a;
