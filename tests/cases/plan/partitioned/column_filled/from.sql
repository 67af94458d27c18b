CREATE TABLE kinds (id int PRIMARY KEY);
CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, kind int DEFAULT 1 REFERENCES kinds, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX events_kind_idx ON events (kind);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01') PARTITION BY LIST (id);
CREATE TABLE events_2_even PARTITION OF events_2 FOR VALUES IN (2, 4, 6);
CREATE TABLE events_2_rest PARTITION OF events_2 DEFAULT;
INSERT INTO kinds VALUES (1), (2);
INSERT INTO events SELECT i, DATE '2026-07-01' + i * 30, 1, CASE WHEN i % 3 > 0 THEN 'x' END FROM generate_series(1, 12) AS i;
