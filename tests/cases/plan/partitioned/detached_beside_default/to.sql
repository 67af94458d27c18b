CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_2 (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at));
CREATE TABLE events_rest PARTITION OF events DEFAULT;
