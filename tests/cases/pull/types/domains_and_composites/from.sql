CREATE DOMAIN email AS varchar(200) CHECK (VALUE LIKE '%@%');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TYPE address AS (street text, number int);
CREATE TABLE customers (id positive PRIMARY KEY, mail email NOT NULL DEFAULT 'a@b', other email[], home address);
