//! `drift`: what somebody changed by hand is named object by object; open and pending migrations are none.

use schema_diff::embedded::Major;
use tests::oracle::{Oracle, difference};
use tests::{Database, Project, Server};

use crate::{live_project, one_table};

#[tokio::test]
async fn every_kind_of_change_by_hand_is_named_with_both_forms() {
    let fields = "    #[db(check = \"a <> ''\")]\n    pub a: String,\n    pub n: i32,\n";
    let (project, database) = live_project(fields).await;
    let none = project.run(&database, &["drift"]).expect_code(0);
    assert!(none.stdout.contains("no drift"), "{}", none.stdout);
    for (by_hand, undo, object, line) in [
        ("CREATE INDEX by_hand ON t (a)", "DROP INDEX by_hand", "index public.t.by_hand", "+index using btree (a)"),
        (
            "ALTER TABLE t ALTER a SET DEFAULT 'x'",
            "ALTER TABLE t ALTER a DROP DEFAULT",
            "column public.t.a",
            "+text not null default 'x'::text",
        ),
        (
            "ALTER TABLE t ALTER n TYPE bigint",
            "ALTER TABLE t ALTER n TYPE integer",
            "column public.t.n",
            "-integer not null",
        ),
        ("COMMENT ON TABLE t IS 'ours'", "COMMENT ON TABLE t IS NULL", "table public.t", "comment \"ours\""),
        (
            "ALTER TABLE t DROP CONSTRAINT t_a_check",
            "ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a <> '')",
            "constraint public.t.t_a_check",
            "-check ",
        ),
        ("ALTER TABLE t ADD extra int", "ALTER TABLE t DROP extra", "column public.t.extra", "+integer"),
    ] {
        database.execute(by_hand).await;
        let found = project.run(&database, &["drift"]).expect_code(4);
        assert!(found.stdout.contains(object) && found.stdout.contains(line), "{by_hand}\n{}", found.stdout);
        assert!(found.stdout.contains("1 object is"), "{by_hand}\n{}", found.stdout);
        let json = project.run(&database, &["drift", "--format", "json"]).expect_code(4);
        let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON on stdout");
        assert_eq!(json["drift"][0]["object"], object);
        database.execute(undo).await;
        project.run(&database, &["drift"]).expect_code(0);
    }
}

#[tokio::test]
async fn a_changed_function_of_a_hand_written_migration_is_shown_in_both_forms() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.run(&database, &["new", "one"]).expect_code(0);
    let file = project.migrations().pop().expect("the new folder").join("1_expand.sql");
    let step = "--! step 1: a function\n--! lock: none   blocks: nothing   work: none   transaction: yes\n--! done when: recorded\n";
    let function = |value: u8| format!("FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT {value} $$");
    std::fs::write(&file, format!("{step}CREATE {};\n", function(1))).expect("the file");
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["drift"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    project.run(&database, &["drift"]).expect_code(0);
    database.execute(&format!("CREATE OR REPLACE {}", function(2))).await;
    let found = project.run(&database, &["drift"]).expect_code(4);
    for words in ["function public.one()", "SELECT 1", "SELECT 2", "_one"] {
        assert!(found.stdout.contains(words), "{words} in {}", found.stdout);
    }
}

#[tokio::test]
async fn a_rule_that_is_disabled_and_rights_that_are_taken_are_named() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let project = Project::new();
    project.set_source(&one_table("    pub a: String,\n"));
    project.set_objects("CREATE RULE quiet AS ON DELETE TO t DO ALSO NOTHING;\nREVOKE DELETE ON t FROM CURRENT_USER;\nGRANT CREATE ON SCHEMA public TO pg_monitor;\n");
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    project.run(&database, &["drift"]).expect_code(0);
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
    for (by_hand, undo, object) in [
        ("ALTER TABLE t DISABLE RULE quiet", "ALTER TABLE t ENABLE RULE quiet", "rule quiet ON public.t"),
        ("GRANT DELETE ON t TO CURRENT_USER", "REVOKE DELETE ON t FROM CURRENT_USER", "privileges TABLE public.t"),
        (
            "REVOKE CREATE ON SCHEMA public FROM pg_monitor",
            "GRANT CREATE ON SCHEMA public TO pg_monitor",
            "privileges SCHEMA public",
        ),
    ] {
        database.execute(by_hand).await;
        let found = project.run(&database, &["drift"]).expect_code(4);
        assert!(found.stdout.contains(object) && found.stdout.contains("1 object is"), "{by_hand}\n{}", found.stdout);
        database.execute(undo).await;
        project.run(&database, &["drift"]).expect_code(0);
    }
}

#[tokio::test]
async fn what_open_and_pending_migrations_make_is_no_drift() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.set_source(&one_table("    #[db(renamed_from = \"a\", index)]\n    pub b: String,\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    let pending = project.run(&database, &["drift"]).expect_code(0);
    assert!(pending.stdout.contains("not applied"), "{}", pending.stdout);
    project.run(&database, &["apply"]).expect_code(0);
    let open = project.run(&database, &["drift"]).expect_code(0);
    assert!(open.stdout.contains("open, and taken to its end"), "{}", open.stdout);
    database.execute("ALTER TABLE t ADD extra int").await;
    let found = project.run(&database, &["drift"]).expect_code(4);
    assert!(found.stdout.contains("column public.t.extra") && found.stdout.contains("1 object is"), "{}", found.stdout);
}

/// What somebody did to `ALL_FIELDS`.
const BY_HAND: [&str; 7] = [
    "CREATE INDEX by_hand ON t (a)",
    "ALTER TABLE t ALTER a SET DEFAULT 'x'",
    "ALTER TABLE t ALTER n TYPE bigint",
    "COMMENT ON TABLE t IS 'ours'",
    "ALTER TABLE t DROP CONSTRAINT t_a_check",
    "ALTER TABLE t ADD extra int",
    "CREATE INDEX on_extra ON t (extra)",
];
const ALL_FIELDS: &str = "    #[db(check = \"a <> ''\")]\n    pub a: String,\n    pub n: i32,\n";

/// How a type changes under the same name.
const SWAP: [&str; 4] = ["--strategy", "t.n=swap", "--allow", "swap:t.n"];

/// How the wider type becomes the narrower one again.
const NARROW: [&str; 2] = ["--using", "t.n=n"];

/// A database with the drift, and one with the same migrations and without it.
async fn drifted() -> (Project, Database, Database) {
    let (project, drifted) = live_project(ALL_FIELDS).await;
    let other = Server::shared(Major::LATEST).await.fresh_database().await;
    project.run(&other, &["apply"]).expect_code(0);
    for statement in BY_HAND {
        drifted.execute(statement).await;
    }
    for database in [&drifted, &other] {
        database.execute("INSERT INTO t (id, a, n) VALUES (1, 'one', 1)").await;
    }
    (project, drifted, other)
}

async fn equal(one: &Database, other: &Database) {
    let tables = Oracle::of(&["public"]);
    let (one, other) = (tables.listing(&one.pool).await, tables.listing(&other.pool).await);
    assert_eq!(difference(&one, &other), "");
}

#[tokio::test]
async fn what_was_done_by_hand_is_adopted_and_made_elsewhere() {
    let (project, drifted, other) = drifted().await;
    let adopted = project.run(&drifted, &[&["drift", "--adopt", "all"][..], &SWAP].concat()).expect_code(0);
    assert!(adopted.stdout.contains("proven phase by phase on a scratch server"), "{}", adopted.stdout);
    let recorded = project.run(&drifted, &["apply"]).expect_code(0);
    let said = recorded.stdout + &recorded.stderr;
    assert!(said.contains("is recorded: all of it is there already"), "{said}");
    project.run(&drifted, &["drift"]).expect_code(0);
    project.run(&other, &["apply", "--all-phases"]).expect_code(0);
    project.run(&other, &["drift"]).expect_code(0);
    equal(&drifted, &other).await;
    for database in [&drifted, &other] {
        assert_eq!(database.value("SELECT a || n FROM t").await, "one1");
    }
    // What is new is kept without a declaration; what the structs say otherwise is a difference again.
    let difference = project.run(&drifted, &["diff"]).expect_code(2);
    assert!(difference.stdout.contains("left alone: column public.t.extra, comment on table"), "{}", difference.stdout);
    assert!(difference.stdout.contains("-    n bigint not null"), "{}", difference.stdout);
    project.run(&drifted, &["pull"]).expect_code(0);
    project.run(&drifted, &["diff", "--exit-code"]).expect_code(0);
}

#[tokio::test]
async fn what_was_done_by_hand_is_put_back() {
    let (project, drifted, other) = drifted().await;
    let lock = || std::fs::read_to_string(project.path().join("schema.lock")).expect("the lock");
    let before = lock();
    let refused = project.run(&drifted, &[&["drift", "--revert", "all"][..], &SWAP, &NARROW].concat()).expect_code(5);
    assert!(refused.stderr.contains("--allow drop:t.extra"), "{}", refused.stderr);
    let flags = [&SWAP[..], &NARROW, &["--allow", "drop:t.extra"]].concat();
    let reverted = project.run(&drifted, &[&["drift", "--revert", "all"][..], &flags].concat()).expect_code(0);
    assert!(reverted.stdout.contains("proven phase by phase on a scratch server"), "{}", reverted.stdout);
    assert_eq!(lock(), before, "what the migrations leave behind stays what it was");
    let nothing_to_do = project.run(&other, &["apply"]).expect_code(0);
    let said = nothing_to_do.stdout + &nothing_to_do.stderr;
    assert!(said.contains("is recorded: all of it is there already"), "{said}");
    project.run(&drifted, &["apply", "--all-phases"]).expect_code(0);
    for database in [&drifted, &other] {
        project.run(database, &["drift"]).expect_code(0);
        project.run(database, &["diff", "--exit-code"]).expect_code(0);
        assert_eq!(database.value("SELECT a || n FROM t").await, "one1");
    }
    equal(&drifted, &other).await;
}

/// A pending migration that drift stops: what it was made for is put back before it, also where it was applied long ago.
#[tokio::test]
async fn what_a_pending_migration_waits_for_is_put_back_before_it() {
    let (project, drifted, other) = drifted().await;
    project.set_source(&one_table(&ALL_FIELDS.replace("pub n: i32", "pub n: Option<i32>")));
    project.run(&other, &["diff", "--write", "--name", "nullable"]).expect_code(0);
    project.run(&other, &["apply", "--all-phases"]).expect_code(0);
    let stopped = project.run(&drifted, &["apply"]).expect_code(4);
    assert!(stopped.stderr.contains("column public.t.n"), "{}", stopped.stderr);
    let refused = project.run(&drifted, &["drift", "--adopt", "n"]).expect_code(1);
    assert!(refused.stderr.contains("_nullable is pending and was made for column public.t.n"), "{}", refused.stderr);
    let back = ["drift", "--revert", "t.n", "--name", "back"];
    project.run(&drifted, &[&back[..], &SWAP, &NARROW].concat()).expect_code(0);
    let folders: Vec<String> = project.migrations().iter().map(|path| path.display().to_string()).collect();
    assert!(folders[..2].iter().any(|one| one.ends_with("_back")) && folders[2].ends_with("_nullable"), "{folders:?}");
    project.run(&drifted, &["apply", "--all-phases"]).expect_code(0);
    let overtaken = project.run(&other, &["apply"]).expect_code(0);
    let said = overtaken.stdout + &overtaken.stderr;
    assert!(said.contains("is recorded"), "{said}");
    for database in [&drifted, &other] {
        let kind = "SELECT format_type(atttypid, -1) || attnotnull FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'n'";
        assert_eq!(database.value(kind).await, "integerfalse");
    }
}

/// Two databases of the same migrations, in which much hangs on a column; on the first one it was dropped by hand.
async fn column_dropped() -> (Project, Database, Database) {
    let server = Server::shared(Major::LATEST).await;
    let (drifted, other) = (server.fresh_database().await, server.fresh_database().await);
    let project = Project::new();
    let table = one_table(
        "    pub a: String,\n    #[db(index, check = \"n > 0\")]\n    pub n: Option<i32>,\n    #[db(unique)]\n    pub code: Option<i32>,\n",
    );
    let referencing = "#[derive(Schema)]\n#[db(table = \"u\")]\npub struct U {\n    #[db(primary_key)]\n    pub id: i64,\n    #[db(references(T::code))]\n    pub code: Option<i32>,\n}\n";
    project.set_source(&format!(
        "{}\n{referencing}",
        table.replace("table = \"t\"", "table = \"t\", unique(a, n), index(a, where = \"n is null\")")
    ));
    project.set_objects(
        "GRANT SELECT (n) ON t TO pg_monitor;\nCOMMENT ON INDEX t_n_idx IS 'fast';\nCOMMENT ON CONSTRAINT t_n_check ON t IS 'few';\nCREATE VIEW v AS SELECT n FROM t;\nCREATE VIEW w AS SELECT n FROM v;\nCOMMENT ON VIEW w IS 'above';\nCREATE STATISTICS s ON a, n FROM t;\n",
    );
    project.run(&drifted, &["diff", "--write"]).expect_code(0);
    for database in [&drifted, &other] {
        project.run(database, &["apply"]).expect_code(0);
        database.execute("INSERT INTO t (id, a, n) VALUES (1, 'one', 1)").await;
    }
    drifted.execute("ALTER TABLE t DROP n CASCADE").await;
    (project, drifted, other)
}

/// Settles a drift, with consent to what is asked.
fn settle(project: &Project, database: &Database, arguments: &[&str]) {
    let asking = project.run(database, arguments);
    let flags = asking.stderr.lines().filter_map(|line| line.split_once("--allow "));
    let flags: Vec<&str> = flags.flat_map(|(_, flag)| ["--allow", flag.trim_matches('\'')]).collect();
    if asking.code() != 0 {
        project.run(database, &[arguments, &flags].concat()).expect_code(0);
    }
}

#[tokio::test]
async fn a_column_that_was_dropped_is_adopted_with_what_hung_on_it() {
    let (project, drifted, other) = column_dropped().await;
    settle(&project, &drifted, &["drift", "--adopt", "public.t.n"]);
    let recorded = project.run(&drifted, &["apply"]).expect_code(0);
    let said = recorded.stdout + &recorded.stderr;
    assert!(said.contains("is recorded: all of it is there already"), "{said}");
    project.run(&other, &["apply", "--all-phases"]).expect_code(0);
    for database in [&drifted, &other] {
        project.run(database, &["drift"]).expect_code(0);
    }
    equal(&drifted, &other).await;
    let lock = std::fs::read_to_string(project.path().join("schema.lock")).expect("the lock");
    for gone in ["t_n_idx", "t_n_check", "t_a_n_key", "public.v", "pg_monitor"] {
        assert!(!lock.contains(gone), "{gone} in {lock}");
    }
}

#[tokio::test]
async fn a_column_that_was_dropped_is_put_back_with_what_hung_on_it() {
    let (project, drifted, other) = column_dropped().await;
    settle(&project, &drifted, &["drift", "--revert", "public.t.n"]);
    project.run(&drifted, &["apply", "--all-phases"]).expect_code(0);
    project.run(&other, &["apply"]).expect_code(0);
    for database in [&drifted, &other] {
        project.run(database, &["drift"]).expect_code(0);
    }
    equal(&drifted, &other).await;
    // A column that is new goes with all that nobody manages on it; what nobody manages on another one stays.
    drifted.execute("CREATE VIEW nobodys AS SELECT a FROM t; ALTER TABLE t ADD extra int").await;
    drifted.execute("CREATE INDEX on_extra ON t (extra); CREATE VIEW of_extra AS SELECT extra FROM t").await;
    drifted.execute("GRANT SELECT (extra) ON t TO pg_monitor").await;
    settle(&project, &drifted, &["drift", "--revert", "public.t.extra"]);
    project.run(&drifted, &["apply", "--all-phases"]).expect_code(0);
    project.run(&drifted, &["drift"]).expect_code(0);
    drifted.execute("DROP VIEW nobodys").await;
    equal(&drifted, &other).await;
}

#[tokio::test]
async fn a_table_that_was_dropped_is_adopted_or_put_back_with_what_hung_on_it() {
    for way in ["--adopt", "--revert"] {
        let (project, drifted, other) = column_dropped().await;
        drifted.execute("DROP TABLE t CASCADE").await;
        settle(&project, &drifted, &["drift", way, "public.t"]);
        for database in [&drifted, &other] {
            project.run(database, &["apply", "--all-phases"]).expect_code(0);
            project.run(database, &["drift"]).expect_code(0);
        }
        equal(&drifted, &other).await;
    }
}

/// The key of another table goes with the column that it references.
#[tokio::test]
async fn a_referenced_column_that_was_dropped_is_adopted_or_put_back() {
    for way in ["--adopt", "--revert"] {
        let (project, drifted, other) = column_dropped().await;
        settle(&project, &drifted, &["drift", "--revert", "public.t.n"]);
        project.run(&drifted, &["apply", "--all-phases"]).expect_code(0);
        project.run(&other, &["apply"]).expect_code(0);
        drifted.execute("ALTER TABLE t DROP code CASCADE").await;
        settle(&project, &drifted, &["drift", way, "public.t.code"]);
        for database in [&drifted, &other] {
            project.run(database, &["apply", "--all-phases"]).expect_code(0);
            project.run(database, &["drift"]).expect_code(0);
        }
        equal(&drifted, &other).await;
    }
}

#[tokio::test]
async fn names_that_are_none_or_several_are_refused() {
    let (project, drifted, _other) = drifted().await;
    drifted.execute("ALTER TABLE t ADD CONSTRAINT extra CHECK (n > 0)").await;
    let unknown = project.run(&drifted, &["drift", "--adopt", "nosuch"]).expect_code(2);
    assert!(
        unknown.stderr.contains("there are ") && unknown.stderr.contains("index public.t.by_hand"),
        "{}",
        unknown.stderr
    );
    let several = project.run(&drifted, &["drift", "--adopt", "extra"]).expect_code(2);
    assert!(several.stderr.contains("column public.t.extra or constraint public.t.extra"), "{}", several.stderr);
}
