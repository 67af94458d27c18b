//! A table that gets another name, with what no struct declares on it.

use schema_diff::embedded::Major;
use tests::{Database, Project, Server};

const LIVE: &str = "
CREATE TABLE t (id bigint PRIMARY KEY, a text NOT NULL, extra text DEFAULT 'e');
COMMENT ON COLUMN t.a IS 'said by hand';
CREATE INDEX t_extra_idx ON t (extra);
INSERT INTO t SELECT i, 'v', 'x' FROM generate_series(1, 100) AS i;
";

fn source(attribute: &str, fields: &str) -> String {
    format!(
        "#[derive(schema_diff::Schema)]\n#[db({attribute})]\npub struct Row {{\n    #[db(primary_key)]\n    pub id: i64,\n{fields}}}\n"
    )
}

async fn live() -> Database {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    database.execute(LIVE).await;
    database
}

/// A project that has met the table.
async fn released() -> (Project, Database) {
    let (database, project) = (live().await, Project::new());
    project.set_source(&source("table = \"t\"", "    pub a: String,\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    (project, database)
}

fn migrate(project: &Project, database: &Database) {
    project.run(database, &["diff", "--write"]).expect_code(0);
    for command in [&["apply"][..], &["confirm", "v2"], &["contract"]] {
        project.run(database, command).expect_code(0);
    }
    project.run(database, &["diff", "--exit-code"]).expect_code(0);
    project.run(database, &["check"]).expect_code(0);
}

async fn nothing_is_lost(database: &Database) {
    assert_eq!(database.value("SELECT count(extra) FROM u").await, "100");
    assert_eq!(database.value("SELECT to_regclass('t_extra_idx')::text").await, "t_extra_idx");
    assert_eq!(database.value("SELECT col_description('u'::regclass, 2)").await, "said by hand");
    assert_eq!(database.value("SELECT (to_regclass('t') IS NULL)::text").await, "true");
}

#[tokio::test]
async fn what_no_struct_declares_on_it_stays() {
    let (project, database) = released().await;
    project.set_source(&source("table = \"u\", renamed_from = \"t\"", "    pub a: String,\n"));
    migrate(&project, &database);
    nothing_is_lost(&database).await;
    // The next one still knows that nobody has declared them.
    project.set_source(&source("table = \"u\"", "    pub a: String,\n    pub b: Option<i32>,\n"));
    for command in [&["diff", "--write"][..], &["apply"], &["diff", "--exit-code"]] {
        project.run(&database, command).expect_code(0);
    }
    nothing_is_lost(&database).await;
}

#[tokio::test]
async fn it_stays_when_the_table_changes_at_once() {
    let (project, database) = released().await;
    let fields = "    #[db(renamed_from = \"a\")]\n    pub b: String,\n    #[db(backfill = \"1\")]\n    pub n: i32,\n";
    project.set_source(&source("table = \"u\", renamed_from = \"t\"", fields));
    migrate(&project, &database);
    assert_eq!(database.value("SELECT count(extra) FROM u").await, "100");
    assert_eq!(database.value("SELECT to_regclass('t_extra_idx')::text").await, "t_extra_idx");
}

#[tokio::test]
async fn it_is_compared_while_it_has_two_names() {
    let (project, database) = released().await;
    let fields = "    pub a: String,\n    pub n: Option<i32>,\n";
    project.set_source(&source("table = \"u\", renamed_from = \"t\"", fields));
    let checked = project.run(&database, &["check"]);
    assert!(!checked.stderr.contains("change it in the next migration"), "{}{}", checked.stdout, checked.stderr);
    project.run(&database, &["diff", "--write"]).expect_code(0);
    for command in [&["status"][..], &["apply"], &["confirm", "v2"]] {
        project.run(&database, command);
        let compared = project.run(&database, &["diff"]).expect_code(0);
        assert!(compared.stdout.contains("no difference"), "{}{}", compared.stdout, compared.stderr);
    }
    // What would go with a column, and what goes on with the table.
    database.execute("CREATE VIEW report AS SELECT a FROM t").await;
    project.run(&database, &["contract"]).expect_code(0);
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
    assert_eq!(database.value("SELECT count(*) FROM report").await, "100");
}

#[tokio::test]
async fn a_strategy_may_name_it_by_either_name() {
    let (project, database) = released().await;
    project.set_source(&source("table = \"u\", renamed_from = \"t\"", "    pub a: Option<String>,\n"));
    for name in ["t.a", "u.a"] {
        let strategy = format!("{name}=now");
        let planned = project.run(&database, &["diff", "--strategy", &strategy]).expect_code(0);
        assert!(!planned.stdout.contains("after (default)"), "{}", planned.stdout);
        assert!(planned.stdout.contains("expand\n    1. allow NULL in public.t.a"), "{}", planned.stdout);
    }
}

#[tokio::test]
async fn a_table_that_no_migration_knows_is_renamed_and_not_made_anew() {
    let (database, project) = (live().await, Project::new());
    project.set_source(&source("table = \"u\", renamed_from = \"t\"", "    pub a: String,\n"));
    migrate(&project, &database);
    nothing_is_lost(&database).await;
}
