//! The differences: what is changed, and what the oracle must say.

/// One difference.
pub(crate) struct Plant {
    /// The first version that knows the statement.
    pub(crate) since: u16,
    /// What makes the difference, on top of `ground.sql`.
    pub(crate) sql: &'static str,
    /// Must occur in what the oracle reports.
    pub(crate) expected: &'static str,
}

const fn plant(sql: &'static str, expected: &'static str) -> Plant {
    Plant { since: 12, sql, expected }
}

const fn plant_since(since: u16, sql: &'static str, expected: &'static str) -> Plant {
    Plant { since, sql, expected }
}

/// One for each attribute that is listed.
pub(crate) const PLANTS: &[Plant] = &[
    // Namespaces.
    plant("DROP SCHEMA app", "- namespace app | owner"),
    plant("CREATE ROLE r; ALTER SCHEMA app OWNER TO r", "+ namespace app | owner = r"),
    plant("GRANT USAGE ON SCHEMA app TO PUBLIC", "+ namespace app | privilege = USAGE to public by postgres"),
    plant("GRANT USAGE ON SCHEMA public TO pg_monitor", "+ namespace public | privilege = USAGE to pg_monitor"),
    plant("REVOKE USAGE ON SCHEMA public FROM PUBLIC", "- namespace public | privilege = USAGE to public"),
    plant("REVOKE CREATE ON SCHEMA app FROM postgres", "- namespace app | privilege = CREATE to postgres"),
    // Tables.
    plant(
        "DROP TABLE lone; CREATE TABLE lone (a int) PARTITION BY LIST (a)",
        "+ table public.lone | kind = partitioned",
    ),
    plant("ALTER TABLE lone SET UNLOGGED", "+ table public.lone | persistence = unlogged"),
    plant(
        "CREATE ACCESS METHOD other TYPE TABLE HANDLER heap_tableam_handler;
            DROP TABLE lone; CREATE TABLE lone (a int) USING other",
        "+ table public.lone | access method = other",
    ),
    plant(
        "DROP TABLE events; CREATE TABLE events (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (id)",
        "+ table public.events | partition key = RANGE (id)",
    ),
    plant("CREATE TABLE more ()", "+ table public.more | kind = ordinary"),
    plant("DROP TABLE events_one", "- table public.events_one | partition bound"),
    plant("ALTER TABLE users RENAME TO people", "+ table public.people"),
    plant("ALTER TABLE parent SET SCHEMA app", "+ table app.parent"),
    plant("CREATE UNLOGGED TABLE app.t ()", "+ table app.t | persistence = unlogged"),
    plant("ALTER TABLE users SET (fillfactor = 70)", "+ table public.users | options = fillfactor=70"),
    plant("ALTER TABLE users SET (toast.autovacuum_enabled = off)", "| toast options = autovacuum_enabled=off"),
    plant("CREATE ROLE r; ALTER TABLE users OWNER TO r", "+ table public.users | owner = r"),
    plant("ALTER TABLE users ENABLE ROW LEVEL SECURITY", "+ table public.users | row level security = true"),
    plant("ALTER TABLE users FORCE ROW LEVEL SECURITY", "+ table public.users | forced row level security = true"),
    plant("ALTER TABLE users REPLICA IDENTITY FULL", "+ table public.users | replica identity = f"),
    plant("CREATE TABLE heir () INHERITS (parent)", "+ table public.heir | inherits = public.parent"),
    plant("ALTER TABLE events DETACH PARTITION events_one", "- table public.events_one | inherits = public.events"),
    plant("CREATE TABLE listed (a int) PARTITION BY LIST (a)", "| partition key = LIST (a)"),
    plant("CREATE TABLE typed OF pair", "+ table public.typed | typed = public.pair"),
    plant("GRANT SELECT ON users TO PUBLIC", "+ table public.users | privilege = SELECT to public by postgres"),
    plant("REVOKE DELETE ON users FROM postgres", "- table public.users | privilege = DELETE to postgres"),
    plant("REVOKE ALL ON lone FROM postgres", "- table public.lone | privilege = SELECT to postgres"),
    plant("CREATE ROLE r; GRANT SELECT ON users TO r WITH GRANT OPTION", "SELECT to r with grant option"),
    plant("COMMENT ON TABLE users IS 'people'", "+ table public.users | comment = people"),
    // Columns.
    plant("ALTER TABLE users ADD COLUMN more int", "+ column public.users.more | type = integer"),
    plant("ALTER TABLE users DROP COLUMN parent_id", "- column public.users.parent_id | type"),
    plant("ALTER TABLE users RENAME COLUMN years TO age", "+ column public.users.age"),
    plant("ALTER TABLE parent ALTER COLUMN code TYPE varchar(5)", "| type = character varying(5)"),
    plant("ALTER TABLE users ALTER COLUMN nick SET NOT NULL", "+ column public.users.nick | not null = true"),
    plant("ALTER TABLE users ALTER COLUMN nick SET DEFAULT 'y'", "+ column public.users.nick | default = 'y'::text"),
    plant("ALTER TABLE users ALTER COLUMN nick DROP DEFAULT", "- column public.users.nick | default"),
    plant("ALTER TABLE users ALTER COLUMN id SET GENERATED ALWAYS", "+ column public.users.id | identity = always"),
    plant("ALTER TABLE users ALTER COLUMN id DROP IDENTITY", "- column public.users.id | identity"),
    plant("ALTER TABLE users ADD COLUMN g int GENERATED ALWAYS AS (years + 1) STORED", "| generated = s (years + 1)"),
    plant_since(
        13,
        "ALTER TABLE users ALTER COLUMN twofold DROP EXPRESSION",
        "- column public.users.twofold | generated",
    ),
    plant("ALTER TABLE parent ALTER COLUMN code TYPE text COLLATE \"C\"", "| collation = pg_catalog.C"),
    plant("ALTER TABLE users ALTER COLUMN nick SET STORAGE EXTERNAL", "+ column public.users.nick | storage = e"),
    plant_since(14, "ALTER TABLE users ALTER COLUMN nick SET COMPRESSION pglz", "| compression = p"),
    plant("ALTER TABLE users ALTER COLUMN nick SET STATISTICS 7", "| statistics target = 7"),
    plant("ALTER TABLE users ALTER COLUMN nick SET (n_distinct = 5)", "| options = n_distinct=5"),
    plant("COMMENT ON COLUMN users.nick IS 'short'", "+ table column public.users.nick | comment = short"),
    plant("GRANT UPDATE (nick) ON users TO PUBLIC", "+ column public.users.nick | privilege = UPDATE to public"),
    // Constraints.
    plant(
        "ALTER TABLE parent RENAME CONSTRAINT parent_pkey TO p",
        "+ constraint public.users.users_parent | index = p",
    ),
    plant("ALTER TABLE users DROP CONSTRAINT users_years", "- constraint public.users.users_years | definition"),
    plant("ALTER TABLE users RENAME CONSTRAINT users_years TO c", "+ constraint public.users.c | definition = CHECK"),
    plant(
        "ALTER TABLE users DROP CONSTRAINT users_years, ADD CONSTRAINT users_years CHECK (years > 1)",
        "+ constraint public.users.users_years | definition = CHECK ((years > 1))",
    ),
    plant(
        "ALTER TABLE users DROP CONSTRAINT users_years, ADD CONSTRAINT users_years CHECK (years > 0) NOT VALID",
        "+ constraint public.users.users_years | validated = false",
    ),
    plant("ALTER TABLE users ALTER CONSTRAINT users_parent DEFERRABLE", "users_parent | deferrable = yes"),
    plant(
        "ALTER TABLE users ALTER CONSTRAINT users_parent DEFERRABLE INITIALLY DEFERRED",
        "+ constraint public.users.users_parent | deferrable = initially deferred",
    ),
    plant(
        "ALTER TABLE users DROP CONSTRAINT users_parent, ADD CONSTRAINT users_parent FOREIGN KEY (parent_id)
            REFERENCES parent ON DELETE CASCADE",
        "ON DELETE CASCADE",
    ),
    plant("ALTER TABLE users ADD CHECK (years < 200) NO INHERIT", "| not inherited = true"),
    plant("ALTER TABLE users ADD UNIQUE USING INDEX users_name", "+ constraint public.users.users_name"),
    plant("ALTER TABLE users ADD EXCLUDE USING gist (box(point(0, 0), point(1, 1)) WITH &&)", "EXCLUDE USING gist"),
    plant("ALTER TABLE parent DISABLE TRIGGER ALL", "users_parent | enforcing triggers"),
    plant_since(18, "ALTER TABLE users ALTER CONSTRAINT users_parent NOT ENFORCED", "| enforced = false"),
    plant_since(
        18,
        "ALTER TABLE users ADD CONSTRAINT given NOT NULL nick NOT VALID",
        "given | definition = NOT NULL nick",
    ),
    plant(
        "COMMENT ON CONSTRAINT users_years ON users IS 'old'",
        "table constraint users_years on public.users | comment",
    ),
    // Indexes.
    plant(
        "ALTER TABLE parent DROP CONSTRAINT parent_code_key, ADD UNIQUE (code) DEFERRABLE",
        "+ index public.parent_code_key on parent | immediate = false",
    ),
    plant(
        "ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_pkey UNIQUE (id)",
        "+ index public.users_pkey on users | primary = false",
    ),
    plant("UPDATE pg_index SET indislive = false WHERE indexrelid = 'users_nick'::regclass", "| live = false"),
    plant("DROP INDEX users_nick", "- index public.users_nick on users | definition"),
    plant("ALTER INDEX users_nick RENAME TO i", "+ index public.i on users"),
    plant(
        "DROP INDEX users_nick; CREATE INDEX users_nick ON users (lower(nick) DESC) WHERE years > 1",
        "+ index public.users_nick on users | definition",
    ),
    plant_since(
        15,
        "DROP INDEX users_name; CREATE UNIQUE INDEX users_name ON users (name) NULLS NOT DISTINCT",
        "NULLS NOT DISTINCT",
    ),
    plant("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_nick'::regclass", "| valid = false"),
    plant("UPDATE pg_index SET indisready = false WHERE indexrelid = 'users_nick'::regclass", "| ready = false"),
    plant("ALTER TABLE users REPLICA IDENTITY USING INDEX users_name", "users_name on users | replica identity = true"),
    plant("ALTER TABLE users CLUSTER ON users_name", "+ index public.users_name on users | clustered = true"),
    plant("ALTER INDEX users_nick ALTER COLUMN 1 SET STATISTICS 9", "| statistics targets = 1: 9"),
    plant("CREATE INDEX ON events (id)", "| partition of = public.events_id_idx"),
    plant("COMMENT ON INDEX users_nick IS 'fast'", "+ index public.users_nick | comment = fast"),
    // Types.
    plant("DROP DOMAIN age; CREATE TYPE age AS ENUM ('old')", "+ type public.age | kind = enum"),
    plant("DROP DOMAIN age; CREATE DOMAIN age AS bigint", "+ type public.age | base type = bigint"),
    plant(
        "DROP TYPE span; CREATE TYPE span AS RANGE (subtype = text, subtype_opclass = text_pattern_ops)",
        "+ type public.span | subtype operator class = text_pattern_ops",
    ),
    plant("CREATE ROLE r; ALTER TYPE pair OWNER TO r", "+ composite type public.pair | owner = r"),
    plant("CREATE TYPE other AS ENUM ('happy', 'sad')", "+ type public.other | labels = 'happy', 'sad'"),
    plant("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", "+ type public.mood | labels = 'blue', 'happy'"),
    plant("ALTER TYPE mood ADD VALUE 'calm' BEFORE 'happy'", "+ type public.mood | labels = 'sad', 'calm', 'happy'"),
    plant("ALTER DOMAIN age SET NOT NULL", "+ type public.age | not null = true"),
    plant("ALTER DOMAIN age SET DEFAULT 3", "+ type public.age | default = 3"),
    plant("ALTER DOMAIN age DROP CONSTRAINT age_check", "- constraint public.age.age_check | definition"),
    plant("CREATE DOMAIN label AS text COLLATE \"C\"", "+ type public.label | base type = text"),
    plant("CREATE DOMAIN label AS text COLLATE \"C\"", "+ type public.label | collation = pg_catalog.C"),
    plant("ALTER TYPE pair ADD ATTRIBUTE c int", "+ column public.pair.c | type = integer"),
    plant("CREATE TYPE days AS RANGE (subtype = date)", "+ type public.days | subtype = date"),
    plant("CREATE ROLE r; ALTER TYPE mood OWNER TO r", "+ type public.mood | owner = r"),
    plant("REVOKE USAGE ON TYPE mood FROM PUBLIC", "- type public.mood | privilege = USAGE to public"),
    plant("COMMENT ON TYPE mood IS 'felt'", "+ type public.mood | comment = felt"),
    // Sequences.
    plant_since(15, "ALTER SEQUENCE counter SET UNLOGGED", "+ sequence public.counter | persistence = unlogged"),
    plant("ALTER SEQUENCE counter INCREMENT 5", "+ sequence public.counter | increment = 5"),
    plant("ALTER SEQUENCE counter START 5", "+ sequence public.counter | start = 5"),
    plant("ALTER SEQUENCE counter MINVALUE -5", "+ sequence public.counter | minimum = -5"),
    plant("ALTER SEQUENCE counter MAXVALUE 500", "+ sequence public.counter | maximum = 500"),
    plant("ALTER SEQUENCE counter CACHE 5", "+ sequence public.counter | cache = 5"),
    plant("ALTER SEQUENCE counter CYCLE", "+ sequence public.counter | cycle = true"),
    plant("ALTER SEQUENCE counter AS int", "+ sequence public.counter | type = integer"),
    plant("ALTER SEQUENCE counter OWNED BY users.years", "counter | owned by = public.users.years (serial)"),
    plant("GRANT USAGE ON SEQUENCE counter TO PUBLIC", "+ sequence public.counter | privilege = USAGE to public"),
    // Views and rules.
    plant("CREATE ROLE r; ALTER VIEW adults OWNER TO r", "+ view public.adults | owner = r"),
    plant("GRANT SELECT ON adults TO PUBLIC", "+ view public.adults | privilege = SELECT to public"),
    plant(
        "CREATE ROLE r; ALTER MATERIALIZED VIEW counted OWNER TO r",
        "+ materialized view public.counted | owner = r",
    ),
    plant("GRANT SELECT ON counted TO PUBLIC", "+ materialized view public.counted | privilege = SELECT to public"),
    plant(
        "CREATE OR REPLACE RULE quiet AS ON DELETE TO parent DO ALSO NOTHING",
        "+ rule public.parent.quiet | definition",
    ),
    plant("CREATE OR REPLACE VIEW adults AS SELECT id, name FROM users", "+ view public.adults | definition"),
    plant("ALTER VIEW adults SET (security_barrier)", "+ view public.adults | options = security_barrier=true"),
    plant("ALTER VIEW adults SET (check_option = local)", "+ view public.adults | options = check_option=local"),
    plant("ALTER VIEW adults ALTER COLUMN name SET DEFAULT 'n'", "+ column public.adults.name | default = 'n'"),
    plant("REFRESH MATERIALIZED VIEW counted WITH NO DATA", "+ materialized view public.counted | populated = false"),
    plant("DROP RULE quiet ON parent", "- rule public.parent.quiet | definition"),
    plant("ALTER TABLE parent DISABLE RULE quiet", "+ rule public.parent.quiet | enabled = D"),
    // Functions.
    plant(
        "CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n + n'",
        "+ function public.twice(n integer) | definition",
    ),
    plant("ALTER FUNCTION twice(int) SECURITY DEFINER", "+ function public.twice(n integer) | definition"),
    plant("ALTER FUNCTION twice(int) SET work_mem = '1MB'", "+ function public.twice(n integer) | definition"),
    plant(
        "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0')",
        "| aggregate = int4pl over integer",
    ),
    plant("CREATE ROLE r; ALTER FUNCTION twice(int) OWNER TO r", "+ function public.twice(n integer) | owner = r"),
    plant("REVOKE EXECUTE ON FUNCTION twice FROM PUBLIC", "- function public.twice(n integer) | privilege = EXECUTE"),
    plant("COMMENT ON FUNCTION twice IS 'doubles'", "+ function public.twice(integer) | comment = doubles"),
    // Triggers.
    plant(
        "DROP EVENT TRIGGER observer; CREATE EVENT TRIGGER observer ON sql_drop EXECUTE FUNCTION observe()",
        "+ event trigger observer | definition = sql_drop",
    ),
    plant("DROP TRIGGER users_touch ON users", "- trigger public.users.users_touch | definition"),
    plant("ALTER TABLE users DISABLE TRIGGER users_touch", "+ trigger public.users.users_touch | enabled = D"),
    plant("ALTER TABLE users ENABLE ALWAYS TRIGGER users_touch", "+ trigger public.users.users_touch | enabled = A"),
    plant(
        "DROP TRIGGER users_touch ON users; CREATE TRIGGER users_touch BEFORE UPDATE OF name ON users FOR EACH ROW
            WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION touch()",
        "+ trigger public.users.users_touch | definition",
    ),
    plant("COMMENT ON TRIGGER users_touch ON users IS 'old'", "trigger users_touch on public.users | comment = old"),
    plant(
        "ALTER TABLE events_one DISABLE TRIGGER events_touch",
        "+ trigger public.events_one.events_touch | enabled = D",
    ),
    plant("ALTER EVENT TRIGGER observer DISABLE", "+ event trigger observer | enabled = D"),
    // Policies.
    plant("DROP POLICY own ON users; CREATE POLICY own ON users FOR DELETE USING (true)", "own | command = d"),
    plant("DROP POLICY own ON users; CREATE POLICY own ON users AS RESTRICTIVE", "own | permissive = false"),
    plant("DROP POLICY own ON users", "- policy public.users.own | command"),
    plant("ALTER POLICY own ON users USING (years > 1)", "+ policy public.users.own | using = (years > 1)"),
    plant("CREATE ROLE r; ALTER POLICY own ON users TO r", "+ policy public.users.own | roles = r"),
    plant("CREATE POLICY p ON users AS RESTRICTIVE", "+ policy public.users.p | permissive = false"),
    plant("CREATE POLICY p ON users FOR INSERT WITH CHECK (true)", "+ policy public.users.p | with check = true"),
    plant("COMMENT ON POLICY own ON users IS 'mine'", "policy own on public.users | comment = mine"),
    // The rest.
    plant("COMMENT ON SCHEMA public IS 'ours'", "+ schema public | comment = ours"),
    plant("ALTER PUBLICATION outgoing SET (publish = 'truncate')", "+ publication outgoing | pubtruncate = true"),
    plant(
        "DROP PUBLICATION outgoing; CREATE PUBLICATION outgoing FOR ALL TABLES",
        "+ publication outgoing | puballtables = true",
    ),
    plant_since(13, "ALTER PUBLICATION outgoing SET (publish_via_partition_root)", "| pubviaroot = true"),
    plant_since(18, "ALTER PUBLICATION outgoing SET (publish_generated_columns = stored)", "| pubgencols = s"),
    plant("CREATE PUBLICATION further FOR ALL TABLES", "+ publication further | puballtables = true"),
    plant("ALTER PUBLICATION outgoing DROP TABLE users", "- publication outgoing | table = public.users"),
    plant("ALTER PUBLICATION outgoing SET (publish = 'insert')", "+ publication outgoing | pubupdate = false"),
    plant_since(15, "ALTER PUBLICATION outgoing SET TABLE users (id, name)", "table public.users columns = id, name"),
    plant_since(15, "ALTER PUBLICATION outgoing SET TABLE users WHERE (id > 1)", "table public.users rows = (id > 1)"),
    plant_since(15, "ALTER PUBLICATION outgoing ADD TABLES IN SCHEMA app", "+ publication outgoing | namespace = app"),
    plant("DROP STATISTICS users_both", "- statistics public.users_both | definition"),
    plant_since(13, "ALTER STATISTICS users_both SET STATISTICS 9", "+ statistics public.users_both | target = 9"),
    plant("CREATE EXTENSION citext SCHEMA app", "+ extension citext | version"),
    plant("CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (a 'b')", "+ server s"),
    plant(
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
            CREATE FOREIGN TABLE far (a int OPTIONS (x 'y')) SERVER s OPTIONS (b 'c')",
        "+ table public.far | foreign options = b=c",
    ),
    plant(
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
            CREATE FOREIGN TABLE far (a int OPTIONS (x 'y')) SERVER s OPTIONS (b 'c')",
        "+ column public.far.a | foreign options = x=y",
    ),
    plant("CREATE COLLATION plain FROM \"C\"", "+ collation public.plain | exists"),
    plant(
        "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC",
        "+ default privileges of postgres for r in app | privilege = SELECT to public",
    ),
];
