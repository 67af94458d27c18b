CREATE TABLE places (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE places_1 PARTITION OF places FOR VALUES FROM (0) TO (100);
CREATE TABLE visits (id bigint PRIMARY KEY, place bigint NOT NULL CONSTRAINT visits_place_fkey REFERENCES places);
CREATE TABLE places_2 (id bigint PRIMARY KEY);
