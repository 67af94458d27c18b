CREATE TABLE users (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, invited_by bigint REFERENCES users);
CREATE TABLE profiles (user_id bigint PRIMARY KEY REFERENCES users, friends bigint[]);
CREATE TABLE posts (id uuid PRIMARY KEY, author bigint NOT NULL REFERENCES users, profile bigint REFERENCES profiles);
CREATE TABLE tags (name text PRIMARY KEY);
CREATE TABLE post_tags (post uuid REFERENCES posts, tag text REFERENCES tags, PRIMARY KEY (post, tag));
CREATE TABLE limited (code varchar(3) PRIMARY KEY);
