CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, changed timestamp, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX events_changed_idx ON events (changed);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
INSERT INTO events SELECT i, DATE '2026-07-01' + i * 30, '2026-01-01' FROM generate_series(1, 12) AS i;
