CREATE TABLE camel ("firstName" text NOT NULL, "lastName" text, id int);
CREATE TABLE shouting ("FIRST_NAME" text, "LAST_NAME" text);
CREATE TABLE one_only ("firstName" text, b int, c_d int);
