CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE FUNCTION one() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE other (id int PRIMARY KEY);
CREATE TABLE t (id bigserial PRIMARY KEY, a varchar(20) NOT NULL DEFAULT 'x', extra int DEFAULT one(), mood mood, CONSTRAINT odd CHECK (extra > 0));
CREATE INDEX by_extra ON t (extra);
COMMENT ON TABLE t IS 'made by hand';
INSERT INTO t (a) VALUES ('y');
