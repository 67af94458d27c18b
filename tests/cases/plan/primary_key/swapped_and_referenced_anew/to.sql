CREATE TABLE o (id bigint PRIMARY KEY, x int);
CREATE TABLE m (id bigint PRIMARY KEY, order_id bigint REFERENCES o (id));
