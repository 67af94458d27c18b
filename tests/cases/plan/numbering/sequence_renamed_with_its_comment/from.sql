CREATE SEQUENCE numbers;
CREATE TABLE t (id bigint CONSTRAINT t_pkey PRIMARY KEY DEFAULT nextval('numbers'), a text NOT NULL);
ALTER SEQUENCE numbers OWNED BY t.id;
COMMENT ON SEQUENCE numbers IS 'For all.';
