CREATE TABLE t (id bigint PRIMARY KEY, a text NOT NULL);
CREATE UNIQUE INDEX by_hand ON t (a);
