//! Views, functions and triggers that are declared as SQL files beside the structs.

use schema_diff::embedded::{Major, ScratchOptions};
use tests::{Database, Project, Server, majors};

use crate::one_table;

const TOUCH: &str = "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := upper(NEW.a); RETURN NEW; END $$;\nCREATE TRIGGER t_touch BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch();\n";

/// Writes a file of the folder.
fn set(project: &Project, file: &str, text: &str) {
    let folder = project.path().join("sql");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join(file), text).expect("a file");
}

fn with_folder(project: &Project) {
    let toml = project.path().join("schema.toml");
    let initial = std::fs::read_to_string(&toml).expect("init wrote it");
    std::fs::write(&toml, initial.replace("# sql = ", "sql = ")).expect("the file");
}

async fn empty_project(major: Major) -> (Project, Database) {
    let database = Server::shared(major).await.fresh_database().await;
    let project = Project::new();
    with_folder(&project);
    project.set_source(&one_table("    pub a: String,\n"));
    (project, database)
}

async fn project_with_folder() -> (Project, Database) {
    let (project, database) = empty_project(Major::LATEST).await;
    set(&project, "touch.sql", TOUCH);
    // It sorts before the file whose function it uses, and needs the table.
    set(&project, "a_view.sql", "CREATE VIEW loud AS SELECT id, a FROM t WHERE a = upper(a);\n");
    project.run(&database, &["diff", "--write", "--name", "start"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    (project, database)
}

#[tokio::test]
async fn they_are_made_replaced_and_dropped_with_consent() {
    let (project, database) = project_with_folder().await;
    database.execute("INSERT INTO t VALUES (1, 'x')").await;
    assert_eq!(database.value("SELECT a FROM loud").await, "X", "trigger, function and view are there");
    let nothing = project.run(&database, &["diff", "--exit-code"]).expect_code(0);
    assert!(nothing.stdout.starts_with("no difference"), "{}", nothing.stdout);

    set(&project, "a_view.sql", "CREATE VIEW loud AS SELECT id, a, length(a) AS size FROM t;\n");
    set(&project, "touch.sql", &TOUCH.replace("upper", "lower"));
    let changed = project.run(&database, &["diff", "--write"]).expect_code(0);
    for words in ["@@ function public.touch() @@", "replace view public.loud"] {
        assert!(changed.stdout.contains(words), "{words}: {}", changed.stdout);
    }
    project.run(&database, &["apply"]).expect_code(0);
    database.execute("INSERT INTO t VALUES (2, 'Y')").await;
    assert_eq!(database.value("SELECT a || size FROM loud WHERE id = 2").await, "y1");
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);

    std::fs::remove_file(project.path().join("sql/a_view.sql")).expect("the file");
    let refused = project.run(&database, &["diff", "--write"]).expect_code(5);
    assert!(refused.stderr.contains("--allow drop:public.loud"), "{}", refused.stderr);
    let short = project.run(&database, &["diff", "--allow", "drop:loud"]).expect_code(2);
    assert!(short.stderr.contains("there is public.loud"), "{}", short.stderr);
    project.run(&database, &["diff", "--write", "--allow", "drop:public.loud"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    let old_view = "SELECT coalesce(to_regclass('loud')::text, 'gone')";
    assert_eq!(database.value(old_view).await, "loud", "release N reads it");
    project.run(&database, &["confirm", "v2"]).expect_code(0);
    project.run(&database, &["contract"]).expect_code(0);
    assert_eq!(database.value(old_view).await, "gone");
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
}

#[tokio::test]
async fn a_table_changes_under_its_view() {
    let (project, database) = project_with_folder().await;
    database.execute("INSERT INTO t VALUES (1, 'x')").await;
    project.set_source(&one_table("    pub a: String,\n    pub b: Option<i32>,\n"));
    set(&project, "a_view.sql", "CREATE VIEW loud AS SELECT id, a, b FROM t WHERE a = upper(a);\n");
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    assert_eq!(database.value("SELECT coalesce(b, 7) FROM loud").await, "7");
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
}

#[tokio::test]
async fn a_file_that_the_server_refuses_is_named() {
    let (project, database) = project_with_folder().await;
    set(&project, "a_view.sql", "CREATE VIEW loud AS SELECT id, nosuch FROM t;\n");
    let refused = project.run(&database, &["diff"]).expect_code(1);
    for words in ["a_view.sql", "nosuch"] {
        assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
    }
}

/// One of each kind that can be made.
const EVERY_KIND: &str = "
CREATE SCHEMA reports;
CREATE EXTENSION citext WITH SCHEMA reports VERSION '1.4';
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE span AS RANGE (subtype = float8);
CREATE COLLATION german (provider = libc, locale = 'C');
CREATE SEQUENCE tickets START 100 INCREMENT 5;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := lower(NEW.a); RETURN NEW; END $$;
CREATE PROCEDURE clean() LANGUAGE sql AS 'DELETE FROM t WHERE id < 0';
CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER on_ddl ON ddl_command_end WHEN TAG IN ('CREATE AGGREGATE') EXECUTE FUNCTION on_ddl();
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW reports.below AS SELECT id, upper(a) AS up FROM t;
CREATE VIEW above WITH (security_barrier) AS SELECT up FROM reports.below;
CREATE RULE nothing AS ON DELETE TO reports.below DO INSTEAD NOTHING;
CREATE MATERIALIZED VIEW counts AS SELECT a, count(*) AS n FROM t GROUP BY a;
CREATE UNIQUE INDEX counts_a ON counts (a);
CREATE STATISTICS both_of_them ON id, a FROM t;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t USING (id > 0);
ALTER TABLE t REPLICA IDENTITY FULL;
GRANT SELECT ON t TO PUBLIC;
REVOKE EXECUTE ON PROCEDURE clean() FROM PUBLIC;
COMMENT ON VIEW reports.below IS 'it''s a view';
COMMENT ON FUNCTION touch() IS 'touches';
COMMENT ON TRIGGER touch ON t IS 'fires';
COMMENT ON INDEX counts_a IS 'of a materialised view';
COMMENT ON INDEX t_a_idx IS 'of a table';
";

/// The same, each in another form: the new one stands for the old one.
const CHANGES: [(&str, &str); 19] = [
    ("VERSION '1.4'", "VERSION '1.5'"),
    ("VALUE > 0", "VALUE > 1"),
    ("(a integer, b text)", "(a integer, b text, c date)"),
    ("subtype = float8", "subtype = float4"),
    ("locale = 'C'", "locale = 'POSIX'"),
    ("INCREMENT 5", "INCREMENT 7 CYCLE"),
    ("lower(NEW.a)", "upper(NEW.a)"),
    ("id < 0", "id < -1"),
    ("'CREATE AGGREGATE'", "'DROP AGGREGATE'"),
    ("BEFORE INSERT OR UPDATE", "BEFORE INSERT"),
    ("upper(a) AS up", "upper(a) AS up, a"),
    ("(security_barrier)", "(security_barrier = false)"),
    ("DO INSTEAD NOTHING", "DO INSTEAD SELECT 1"),
    ("count(*) AS n", "count(*) + 1 AS n"),
    ("both_of_them ON", "both_of_them (dependencies) ON"),
    ("USING (id > 0)", "USING (id > 1)"),
    ("GRANT SELECT ON t", "GRANT SELECT, UPDATE ON t"),
    ("REVOKE EXECUTE ON PROCEDURE clean() FROM PUBLIC", "GRANT EXECUTE ON PROCEDURE clean() TO pg_monitor"),
    ("'touches'", "'touches more'"),
];

#[tokio::test]
async fn every_kind_is_made_changed_followed_through_a_rename_and_dropped() {
    for major in majors() {
        let (project, database) = empty_project(major).await;
        project.set_source(&one_table("    #[db(index)]\n    pub a: String,\n"));
        set(&project, "all.sql", EVERY_KIND);
        project.run(&database, &["diff", "--write"]).expect_code(0);
        project.run(&database, &["apply"]).expect_code(0);
        project.run(&database, &["diff", "--exit-code"]).expect_code(0);
        project.run(&database, &["drift"]).expect_code(0);
        assert_eq!(database.value("SELECT nextval('tickets')").await, "100");

        let mut changed = EVERY_KIND.to_owned();
        for (old, new) in CHANGES {
            assert!(changed.contains(old), "{old}");
            changed = changed.replace(old, new);
        }
        set(&project, "all.sql", &changed);
        let written = project.run(&database, &["diff", "--write"]).expect_code(0);
        assert_eq!(written.stdout.matches("hazard one-way").count(), 1, "{}", written.stdout);
        project.run(&database, &["apply"]).expect_code(0);
        project.run(&database, &["rollback"]).expect_code(0);
        let view = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'below'";
        assert_eq!(database.value(view).await, "2", "it is what it was");
        assert_eq!(database.value("SELECT extversion FROM pg_extension WHERE extname = 'citext'").await, "1.5");
        through_all_phases(&project, &database).await;
        assert_eq!(database.value(view).await, "3");
        assert_eq!(database.value("SELECT nextval('tickets')").await, "107", "it counts on from where it was");

        let renamed = changed.replace("NEW.a := upper(NEW.a)", "NEW.id := NEW.id").replace("t_a_idx", "t_b_idx");
        let renamed = renamed.replace("upper(a) AS up, a", "upper(b) AS up, b AS a");
        let renamed = renamed
            .replace("SELECT a, count(*) + 1 AS n FROM t GROUP BY a", "SELECT b AS a, count(*) AS n FROM t GROUP BY b");
        set(&project, "all.sql", &renamed.replace("ON id, a FROM", "ON id, b FROM"));
        project.set_source(&one_table("    #[db(index, renamed_from = \"a\")]\n    pub b: String,\n"));
        project.run(&database, &["diff", "--write"]).expect_code(0);
        through_all_phases(&project, &database).await;

        set(&project, "all.sql", "-- nothing\n");
        let refused = project.run(&database, &["diff", "--write"]).expect_code(5);
        let asked = refused.stderr.lines().filter_map(|line| line.split_once("--allow "));
        let asked: Vec<&str> = asked.map(|(_, flag)| flag.trim_matches('\'')).collect();
        assert!(asked.contains(&"drop:row security public.t") && asked.contains(&"drop:reports.below"), "{asked:?}");
        let mut arguments = vec!["diff", "--write"];
        arguments.extend(asked.iter().flat_map(|flag| ["--allow", flag]));
        project.run(&database, &arguments).expect_code(0);
        through_all_phases(&project, &database).await;
        let left = "SELECT count(*) FROM pg_class WHERE relname IN ('below', 'above', 'counts', 'tickets')";
        assert_eq!(database.value(left).await, "0");
    }
}

/// An extension is where it is, with what it brings along; a namespace goes with its tables; a sequence counts on.
#[tokio::test]
async fn what_is_there_is_taken_as_it_is() {
    for major in majors() {
        let (project, database) = empty_project(major).await;
        database.execute("CREATE SCHEMA extensions; CREATE EXTENSION pg_trgm WITH SCHEMA extensions").await;
        let similar = "CREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE EXTENSION earthdistance CASCADE;\nCREATE FUNCTION alike(a text) RETURNS real LANGUAGE sql AS $$ SELECT extensions.similarity(a, 'b') $$;\n";
        let more = "CREATE SCHEMA shop;\nCREATE SEQUENCE tickets;\nCOMMENT ON INDEX t_a_idx IS 'own';\n";
        set(&project, "all.sql", &format!("{similar}{more}"));
        project.set_source(&one_table("    #[db(index)]\n    pub a: String,\n"));
        project.run(&database, &["diff", "--write"]).expect_code(0);
        project.run(&database, &["apply"]).expect_code(0);
        project.run(&database, &["diff", "--exit-code"]).expect_code(0);
        project.run(&database, &["diff", "--exit-code", "--from", "migrations"]).expect_code(0);
        project.run(&database, &["check"]).expect_code(0);
        assert_eq!(database.value("SELECT nextval('tickets') + nextval('tickets')").await, "3");

        // A table in the namespace that no file makes any more; an index, with a comment, on a column that is new.
        let more = "CREATE SEQUENCE tickets MINVALUE -5 OWNED BY t.id;\nCOMMENT ON INDEX t_a_idx IS 'own';\nCOMMENT ON INDEX t_b_idx IS 'new';\n";
        set(&project, "all.sql", &format!("{similar}{more}"));
        let order = "\n/// One.\n#[derive(Schema)]\n#[db(table = \"shop.orders\")]\npub struct Order {\n    #[db(primary_key)]\n    pub id: i64,\n}\n";
        let table = one_table("    #[db(index)]\n    pub a: String,\n    #[db(index)]\n    pub b: Option<i32>,\n");
        project.set_source(&format!("{table}{order}"));
        project.run(&database, &["diff", "--write"]).expect_code(0);
        project.run(&database, &["apply"]).expect_code(0);
        assert_eq!(database.value("SELECT nextval('tickets')").await, "3");
        project.run(&database, &["diff", "--exit-code"]).expect_code(0);
    }
}

/// Roles that the scratch server hasn't got own and use what is replaced.
#[tokio::test]
async fn owners_and_privileges_of_what_is_made_anew_stay() {
    let alone = Server::own(ScratchOptions::new(Major::LATEST).in_memory()).await;
    let database = alone.fresh_database().await;
    let project = Project::new();
    with_folder(&project);
    let (owner, reader) = (format!("owner_{}", rand::random::<u32>()), format!("Reader_{}", rand::random::<u32>()));
    database.execute(format!("CREATE ROLE {owner}; CREATE ROLE \"{reader}\"")).await;
    project.set_source(&one_table("    pub a: String,\n"));
    let view = format!("CREATE VIEW v AS SELECT id, a FROM t;\nGRANT SELECT ON v TO \"{reader}\";\n");
    set(&project, "v.sql", &format!("{view}CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    let by_hand = format!(
        "ALTER VIEW v OWNER TO {owner}; ALTER FUNCTION f() OWNER TO {owner}; GRANT SELECT (a) ON t TO \"{reader}\";
         GRANT EXECUTE ON FUNCTION f() TO \"{reader}\""
    );
    database.execute(by_hand).await;

    project.set_source(&one_table("    #[db(renamed_from = \"a\")]\n    pub b: String,\n"));
    let view = view.replace("id, a", "b, id");
    set(&project, "v.sql", &format!("{view}CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 2::bigint';\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    through_all_phases(&project, &database).await;
    let owners = "SELECT (SELECT relowner::regrole FROM pg_class WHERE relname = 'v') || ' ' || (SELECT proowner::regrole FROM pg_proc WHERE proname = 'f')";
    assert_eq!(database.value(owners).await, format!("{owner} {owner}"));
    let may = format!(
        "SELECT has_table_privilege('{reader}', 'v', 'SELECT')
            AND has_column_privilege('{reader}', 't', 'b', 'SELECT')
            AND has_function_privilege('{reader}', 'f()', 'EXECUTE')"
    );
    assert_eq!(database.value(may).await, "t");

    // A dump names owners too.
    let dump = format!("CREATE TABLE d (id int PRIMARY KEY);\nALTER TABLE d OWNER TO {owner}_of_old;\n");
    std::fs::write(project.path().join("dump.sql"), dump).expect("the file");
    project.run(&database, &["pull", "--from", "dump.sql", "--output", "-"]).expect_code(0);
}

/// Applies what is written, confirms it and removes the old form.
async fn through_all_phases(project: &Project, database: &Database) {
    project.run(database, &["apply"]).expect_code(0);
    project.run(database, &["confirm", "next"]).expect_code(0);
    project.run(database, &["contract"]).expect_code(0);
    project.run(database, &["diff", "--exit-code"]).expect_code(0);
    project.run(database, &["drift"]).expect_code(0);
}
