CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, note text) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX notes_of_1 ON events_1 (note);
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01') PARTITION BY LIST (id);
CREATE TABLE events_2_one PARTITION OF events_2 FOR VALUES IN (1);
CREATE INDEX events_note_idx ON events (note);
ALTER TABLE events ADD CONSTRAINT events_key UNIQUE (at, id);
