CREATE TABLE u (id bigint, a text);
