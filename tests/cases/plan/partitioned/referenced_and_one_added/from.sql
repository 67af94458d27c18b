CREATE TABLE places (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE places_1 PARTITION OF places FOR VALUES FROM (0) TO (100);
CREATE TABLE visits (id bigint PRIMARY KEY, place bigint NOT NULL CONSTRAINT visits_place_fkey REFERENCES places);
CREATE TABLE logs (at date, place bigint CONSTRAINT logs_place_fkey REFERENCES places) PARTITION BY RANGE (at);
CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
