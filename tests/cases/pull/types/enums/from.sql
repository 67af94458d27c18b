CREATE SCHEMA app;
CREATE TYPE status AS ENUM ('draft', 'in_review', 'done');
CREATE TYPE app.level AS ENUM ('LOW', 'VERY_HIGH');
CREATE TYPE "Odd Labels" AS ENUM ('', 'a', 'A', '1', 'with space', 'it''s', 'None', 'Self', 'größe', '"');
CREATE TYPE camel AS ENUM ('firstOne', 'secondOne');
CREATE TYPE kebab AS ENUM ('first-one', 'second-one');
CREATE TYPE verbatim AS ENUM ('One', 'Two');
CREATE TYPE unused AS ENUM ('x');
COMMENT ON TYPE status IS 'Where it stands';
CREATE TABLE tasks (
    id bigint PRIMARY KEY, status status NOT NULL DEFAULT 'in_review', level app.level DEFAULT 'VERY_HIGH',
    odd "Odd Labels" NOT NULL DEFAULT 'it''s', camel camel, kebab kebab, verbatim verbatim[] DEFAULT '{One}'
);
