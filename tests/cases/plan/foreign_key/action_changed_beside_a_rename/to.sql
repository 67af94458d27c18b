CREATE TABLE users (id int PRIMARY KEY, m text);
CREATE TABLE topics (id int PRIMARY KEY, user_id int NOT NULL CONSTRAINT fk REFERENCES users ON DELETE CASCADE, title text);
