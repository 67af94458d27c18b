CREATE TABLE users (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    age bigint NOT NULL DEFAULT 2 CHECK (age > 0),
    kept text,
    same_again text NOT NULL,
    "camelCase" int,
    search tsvector
);
COMMENT ON TABLE users IS 'A person';
COMMENT ON COLUMN users.age IS 'In years';
