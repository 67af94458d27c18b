CREATE TABLE IF NOT EXISTS public._schema_migrations (
    version bigint NOT NULL,
    attempt integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'running', 'open', 'contracting', 'in grace', 'done', 'rolling back', 'rolled back')),
    has_contract boolean NOT NULL,
    all_phases boolean NOT NULL,
    tool_version text NOT NULL,
    applied_by text NOT NULL DEFAULT session_user,
    applied_from text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    backfilled_at timestamptz,
    release text,
    confirmed_at timestamptz,
    confirmed_by text,
    legacy_writes_at_confirm bigint,
    switched_at timestamptz,
    finished_at timestamptz,
    files jsonb,
    grace_until timestamptz,
    quiet_until timestamptz,
    statements_at_confirm jsonb,
    PRIMARY KEY (version, attempt)
);
COMMENT ON COLUMN public._schema_migrations.files IS 'the SQL files as they were applied';
COMMENT ON COLUMN public._schema_migrations.grace_until IS 'when what was set aside may be dropped';
COMMENT ON COLUMN public._schema_migrations.quiet_until IS 'until when the contract waits after the confirmation';
COMMENT ON COLUMN public._schema_migrations.statements_at_confirm IS 'how often statements that name the old form had run by then, by pg_stat_statements';
CREATE TABLE IF NOT EXISTS public._schema_steps (
    version bigint NOT NULL,
    attempt integer NOT NULL,
    phase text NOT NULL,
    step integer NOT NULL,
    title text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    attempts integer NOT NULL DEFAULT 1,
    position text[],
    rows_done bigint NOT NULL DEFAULT 0,
    rows_total bigint,
    rate double precision,
    model_seconds double precision,
    expected_seconds double precision,
    corrected_seconds double precision,
    model_rows bigint,
    rested_seconds double precision,
    waiting text,
    updated_at timestamptz,
    error text,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    PRIMARY KEY (version, attempt, phase, step),
    FOREIGN KEY (version, attempt) REFERENCES public._schema_migrations (version, attempt)
);
COMMENT ON COLUMN public._schema_steps.position IS 'the key or the place in the table up to which a backfill has come';
COMMENT ON COLUMN public._schema_steps.rate IS 'rows per second that a backfill fills, of late';
COMMENT ON COLUMN public._schema_steps.model_seconds IS 'what the backfill takes by the statistics alone';
COMMENT ON COLUMN public._schema_steps.expected_seconds IS 'the same, put right by what earlier backfills took';
COMMENT ON COLUMN public._schema_steps.corrected_seconds IS 'the same, put right by the first hundred batches';
COMMENT ON COLUMN public._schema_steps.model_rows IS 'the rows that model_seconds are for';
COMMENT ON COLUMN public._schema_steps.rested_seconds IS 'what the backfill spent in rests that were asked for, and in waits for others';
COMMENT ON COLUMN public._schema_steps.waiting IS 'what the step waits for';
CREATE TABLE IF NOT EXISTS public._schema_failures (
    version bigint NOT NULL,
    attempt integer NOT NULL,
    phase text NOT NULL,
    step integer NOT NULL,
    key text NOT NULL,
    error text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (version, attempt, phase, step, key)
);
COMMENT ON TABLE public._schema_failures IS 'rows that a backfill could not fill';
CREATE TABLE IF NOT EXISTS public._schema_control (
    slot integer PRIMARY KEY CHECK (slot = 1),
    paused boolean NOT NULL DEFAULT false,
    rate bigint CHECK (rate > 0),
    changed_by text NOT NULL DEFAULT session_user,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE public._schema_control IS 'what cargo schema pause and resume ask of a run, rows per second at most';
CREATE TABLE IF NOT EXISTS public._schema_resolutions (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version bigint NOT NULL,
    attempt integer NOT NULL,
    step text,
    state text NOT NULL CHECK (state IN ('done', 'pending', 'rolled back')),
    reason text NOT NULL CHECK (reason <> ''),
    forced boolean NOT NULL,
    resolved_by text NOT NULL DEFAULT session_user,
    resolved_from text NOT NULL,
    resolved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (version, attempt) REFERENCES public._schema_migrations (version, attempt)
);
COMMENT ON TABLE public._schema_resolutions IS 'what was settled by hand, by cargo schema resolve, and why';
CREATE TABLE IF NOT EXISTS public._schema_objects (
    object text PRIMARY KEY,
    version bigint NOT NULL
);
COMMENT ON TABLE public._schema_objects IS 'objects of open migrations: each belongs to one at a time';
CREATE TABLE IF NOT EXISTS public._schema_lease (
    token text PRIMARY KEY,
    slot integer NOT NULL UNIQUE CHECK (slot = 1),
    command text NOT NULL,
    holder text NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    visible boolean NOT NULL DEFAULT false,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    heartbeat timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE public._schema_lease IS 'the one runner that is at work';
CREATE TABLE IF NOT EXISTS public._schema_instances (
    token text PRIMARY KEY,
    release text NOT NULL CHECK (release <> ''),
    migrations bigint[],
    fingerprint text,
    role text NOT NULL DEFAULT session_user,
    host text NOT NULL,
    pid integer NOT NULL,
    first_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz
);
COMMENT ON TABLE public._schema_instances IS 'instances of the application, each by its own word (schema_diff::announce)';
COMMENT ON COLUMN public._schema_instances.migrations IS 'the versions that are compiled in';
COMMENT ON COLUMN public._schema_instances.fingerprint IS 'of the same, with their checksums';
CREATE TABLE IF NOT EXISTS public._schema_waivers (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version bigint NOT NULL,
    attempt integer NOT NULL,
    evidence text NOT NULL,
    finding text NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    waived_by text NOT NULL DEFAULT session_user,
    waived_from text NOT NULL,
    waived_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (version, attempt) REFERENCES public._schema_migrations (version, attempt)
);
COMMENT ON TABLE public._schema_waivers IS 'evidence that a contract went without, by cargo schema contract --waive, and why';
CREATE TABLE IF NOT EXISTS public._schema_releases (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    release text NOT NULL CHECK (release <> ''),
    commit text,
    recorded_by text NOT NULL DEFAULT session_user,
    recorded_from text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE public._schema_releases IS 'what was rolled out, by cargo schema release';
COMMENT ON TABLE public._schema_migrations IS 'history of cargo schema, format 5';
