CREATE TABLE t (id bigint NOT NULL, code text NOT NULL, n integer CONSTRAINT small CHECK (n < 1000));
CREATE UNIQUE INDEX t_id ON t (id);
CREATE UNIQUE INDEX t_code ON t (code);
COMMENT ON INDEX t_id IS 'The key.';
COMMENT ON CONSTRAINT small ON t IS 'Fits.';
CREATE TABLE u (id bigint CONSTRAINT u_pkey PRIMARY KEY, code text NOT NULL);
CREATE UNIQUE INDEX u_code ON u (code);
COMMENT ON CONSTRAINT u_pkey ON u IS 'The key.';
