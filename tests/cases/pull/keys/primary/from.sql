CREATE TABLE plain (id int PRIMARY KEY);
CREATE TABLE named (id int CONSTRAINT the_key PRIMARY KEY);
CREATE TABLE several (a int, b text, PRIMARY KEY (b, a));
CREATE TABLE covering (a int, b int, c int, PRIMARY KEY (a) INCLUDE (b, c));
CREATE TABLE deferred (a int, PRIMARY KEY (a) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE without (a int);
