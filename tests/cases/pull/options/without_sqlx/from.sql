CREATE TYPE status AS ENUM ('open', 'shut');
CREATE TABLE users (id bigint PRIMARY KEY, status status NOT NULL, total numeric, address inet);
