CREATE TABLE documents (
    id bigint PRIMARY KEY,
    title text NOT NULL,
    search tsvector GENERATED ALWAYS AS (to_tsvector('english'::regconfig, title)) STORED,
    query tsquery NOT NULL DEFAULT 'a & b',
    body xml, lsn pg_lsn UNIQUE, place regclass
);
COMMENT ON COLUMN documents.search IS 'What is looked for';
CREATE INDEX ON documents USING gin (search);
