CREATE TABLE places (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE places_1 PARTITION OF places FOR VALUES FROM (0) TO (100);
CREATE TABLE b (id bigint PRIMARY KEY, place bigint);
CREATE TABLE c (id bigint PRIMARY KEY);
CREATE TABLE e (id bigint PRIMARY KEY, place bigint CONSTRAINT e_place_fkey REFERENCES places);
