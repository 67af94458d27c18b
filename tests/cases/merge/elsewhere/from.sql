CREATE TYPE person_status AS ENUM ('here', 'away');
CREATE TABLE people (id bigint PRIMARY KEY, status person_status NOT NULL, best_post bigint);
CREATE TABLE posts (id bigint PRIMARY KEY, author bigint REFERENCES people, seen timestamptz, state person_status DEFAULT 'away');
CREATE TABLE comments (id bigint PRIMARY KEY, post bigint REFERENCES posts, author bigint REFERENCES people, state person_status DEFAULT 'here');
ALTER TABLE people ADD FOREIGN KEY (best_post) REFERENCES posts;
