-- From formats 1 to 4, in the transaction that makes the tables which are missing. In its course format 1 was given columns
-- and tables without another number: so each is looked for.
ALTER TABLE public._schema_steps
    ADD COLUMN IF NOT EXISTS rows_total bigint,
    ADD COLUMN IF NOT EXISTS rate double precision,
    ADD COLUMN IF NOT EXISTS model_seconds double precision,
    ADD COLUMN IF NOT EXISTS expected_seconds double precision,
    ADD COLUMN IF NOT EXISTS corrected_seconds double precision,
    ADD COLUMN IF NOT EXISTS model_rows bigint,
    ADD COLUMN IF NOT EXISTS rested_seconds double precision,
    ADD COLUMN IF NOT EXISTS waiting text,
    ADD COLUMN IF NOT EXISTS updated_at timestamptz,
    DROP CONSTRAINT IF EXISTS _schema_steps_state_check,
    ADD CONSTRAINT _schema_steps_state_check CHECK (state IN ('waiting', 'running', 'done', 'failed'));
ALTER TABLE public._schema_migrations
    ADD COLUMN IF NOT EXISTS files jsonb,
    ADD COLUMN IF NOT EXISTS grace_until timestamptz,
    ADD COLUMN IF NOT EXISTS quiet_until timestamptz,
    ADD COLUMN IF NOT EXISTS statements_at_confirm jsonb,
    DROP CONSTRAINT IF EXISTS _schema_migrations_state_check,
    ADD CONSTRAINT _schema_migrations_state_check CHECK (state IN ('pending', 'running', 'open', 'contracting', 'in grace', 'done', 'rolling back', 'rolled back'));
