CREATE TABLE o (id integer PRIMARY KEY, x int);
