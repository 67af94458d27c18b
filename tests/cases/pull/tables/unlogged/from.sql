CREATE UNLOGGED TABLE events (id bigserial PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY, body text);
CREATE UNLOGGED TABLE logs (id bigserial PRIMARY KEY);
ALTER SEQUENCE logs_id_seq RENAME TO startup_logs_id_seq;
