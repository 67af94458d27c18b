CREATE TABLE users (id int PRIMARY KEY, n text);
CREATE TABLE topics (id int PRIMARY KEY, user_id int NOT NULL CONSTRAINT fk REFERENCES users, title text);
