CREATE TABLE t (id bigint NOT NULL CONSTRAINT t_pkey PRIMARY KEY, code text NOT NULL CONSTRAINT t_code_key UNIQUE, n integer);
COMMENT ON CONSTRAINT t_pkey ON t IS 'The key.';
COMMENT ON INDEX t_pkey IS 'Its index.';
COMMENT ON CONSTRAINT t_code_key ON t IS 'Once.';
COMMENT ON INDEX t_code_key IS 'Once, too.';
CREATE TABLE u (id bigint NOT NULL, code text CONSTRAINT u_pkey PRIMARY KEY);
COMMENT ON CONSTRAINT u_pkey ON u IS 'The key.';
