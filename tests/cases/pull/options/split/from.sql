CREATE TYPE status AS ENUM ('open', 'shut');
CREATE TABLE users (id bigint PRIMARY KEY, status status NOT NULL DEFAULT 'open', created timestamptz);
CREATE TABLE posts (id bigint PRIMARY KEY, author bigint REFERENCES users, status status);
CREATE TABLE mod (id int, parent bigint REFERENCES posts);
