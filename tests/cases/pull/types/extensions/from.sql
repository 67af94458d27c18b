CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE SCHEMA ext;
CREATE EXTENSION ltree WITH SCHEMA ext;
CREATE EXTENSION cube;
CREATE TABLE extended (a citext NOT NULL, b hstore, c ext.ltree, d cube, e citext[], f ext.lquery, g ext.ltxtquery);
CREATE INDEX ON extended USING gist (c);
