//! `diff --sql`: the whole plan as one script that psql runs as it is.

use schema_diff::embedded::Major;
use tests::psql::psql;
use tests::{Database, Project, Server};

use crate::{live_project, one_table};

/// A renamed column with an index, a changed type, a table without a key, a dropped column, and names that need quotes.
const BEFORE: &str = r#"
use schema_diff::Schema;
#[derive(Schema)]
#[db(table = "it's")]
pub struct Its { #[db(primary_key)] pub id: i64, #[db(primary_key, column = "Part \"2\"")] pub part: i32, pub name: String, pub n: i32, pub gone: Option<String> }
#[derive(Schema)]
pub struct Loose { pub a: String }
"#;

fn after() -> String {
    BEFORE
        .replace("pub name: String", "#[db(renamed_from = \"name\", index)] pub label: String")
        .replace("pub n: i32", "pub n: i64")
        .replace(", pub gone: Option<String>", "")
        .replace("pub a: String", "#[db(renamed_from = \"a\")] pub b: String")
}

const ANSWERS: [&str; 6] = ["--strategy", "it's.n=swap", "--allow", "swap:it's.n", "--allow", "drop:it's.gone"];

fn script(project: &Project, database: &Database, more: &[&str]) -> String {
    project.run(database, &[&["diff", "--sql"][..], more].concat()).expect_code(0).stdout
}

async fn filled(major: Major) -> (Project, Database) {
    let database = Server::shared(major).await.fresh_database().await;
    let project = Project::new();
    project.set_source(BEFORE);
    psql(&database.url, &script(&project, &database, &[]), &[]).await.expect("the tables are made");
    let rows = r#"INSERT INTO "it's" (id, "Part ""2""", name, n) SELECT g / 2, g, 'n' || g, g FROM generate_series(1, 2500) g;
                  INSERT INTO loose SELECT 'a' || g FROM generate_series(1, 2500) g"#;
    database.execute(rows).await;
    project.set_source(&after());
    (project, database)
}

#[tokio::test]
async fn the_whole_plan_runs_in_psql() {
    for major in tests::majors() {
        let (project, database) = filled(major).await;
        psql(&database.url, &script(&project, &database, &ANSWERS), &[]).await.expect("the plan runs");
        project.run(&database, &["diff", "--exit-code"]).expect_code(0);
        let rows = r#"SELECT count(label) || ',' || sum(n) || ',' || (SELECT count(b) FROM loose) FROM "it's""#;
        assert_eq!(database.value(rows).await, "2500,3126250,2500");
        let left = "SELECT count(*) FROM pg_proc WHERE proname LIKE 'schema_sync%'";
        assert_eq!(database.value(left).await, "0");
    }
}

#[tokio::test]
async fn its_phases_run_one_by_one_and_a_gate_ends_it() {
    let (project, database) = filled(Major::LATEST).await;
    let script = script(&project, &database, &ANSWERS);
    let phase = async |phase| psql(&database.url, &script, &[("phase", phase)]).await;
    phase("expand").await.expect("expand runs");
    database.execute(r#"INSERT INTO "it's" (id, "Part ""2""", name, n) VALUES (9000, 1, 'old release', 1)"#).await;
    let early = phase("contract").await.expect_err("nothing is filled yet");
    assert!(early.contains("disagree: "), "{early}");
    phase("backfill").await.expect("the backfill runs");
    phase("contract").await.expect("both are in step");
    assert_eq!(database.value(r#"SELECT label FROM "it's" WHERE id = 9000"#).await, "old release");
    let unknown = phase("everything").await.expect_err("no such phase");
    assert!(unknown.contains("phase is expand"), "{unknown}");
}

#[tokio::test]
async fn it_waits_for_locks_and_asks_like_any_plan() {
    let (project, database) = filled(Major::LATEST).await;
    project.run(&database, &["diff", "--sql"]).expect_code(2);
    project.run(&database, &["diff", "--sql", "--write"]).expect_code(2);
    let script = script(&project, &database, &ANSWERS);
    let mut reader = database.pool.begin().await.expect("a transaction");
    sqlx::query("SELECT FROM loose LIMIT 1").execute(&mut *reader).await.expect("a reader");
    let released = async {
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        reader.commit().await.expect("the reader ends");
    };
    let (outcome, ()) = tokio::join!(psql(&database.url, &script, &[("phase", "expand")]), released);
    outcome.expect("it waited for the reader");
}

#[tokio::test]
async fn what_is_set_aside_goes_in_a_phase_of_its_own() {
    let (project, database) = live_project("    pub name: String,\n    pub gone: Option<String>,\n").await;
    project.set_source(&one_table("    #[db(renamed_from = \"name\")]\n    pub label: String,\n"));
    let script = script(&project, &database, &["--allow", "drop:t.gone", "--strategy", "t.gone=grace"]);
    let columns = "SELECT string_agg(attname::text, ',' ORDER BY attname) FROM pg_attribute
                   WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped";
    for (phase, there) in [
        ("expand", "gone,id,label,name"),
        ("backfill", "gone,id,label,name"),
        ("contract", "gone_aside,id,label,name"),
        ("drop", "id,label"),
    ] {
        psql(&database.url, &script, &[("phase", phase)]).await.expect("the phase runs");
        assert_eq!(database.value(columns).await, there, "after {phase}");
    }
}
