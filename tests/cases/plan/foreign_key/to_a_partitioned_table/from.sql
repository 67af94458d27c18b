CREATE TABLE places (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE places_1 PARTITION OF places FOR VALUES FROM (0) TO (100);
CREATE TABLE b (id bigint PRIMARY KEY, place bigint CONSTRAINT b_place_fkey REFERENCES places);
CREATE TABLE c (id bigint PRIMARY KEY, place bigint CONSTRAINT c_place_fkey REFERENCES places);
CREATE TABLE d (id bigint PRIMARY KEY, place bigint CONSTRAINT d_place_fkey REFERENCES places);
