//! The batches stay on their ranges whatever the statistics say, and their cost doesn't grow with the table.

use schema_diff::migration::load_one;
use schema_diff::statement::{Backfill, Body};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use tests::majors;

use crate::subject::{NO_KEY, PLAIN, Shape, Subject};

const RANDOM: Shape = Shape {
    key: "#[db(primary_key, type = \"uuid\")] pub id: String,",
    insert: "INSERT INTO t (id, a, n) SELECT md5(g::text)::uuid, 'a' || g, g FROM generate_series(1, $rows) AS g",
};
const COMPOSITE: Shape = Shape {
    key: "#[db(primary_key)] pub tenant: i64,\n    #[db(primary_key)] pub number: i64,",
    insert: "INSERT INTO t (tenant, number, a, n) SELECT g % 50, g, 'a' || g, g FROM generate_series(1, $rows) AS g",
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_reads_its_range_alone() {
    for major in majors() {
        for (shape, after, until) in [
            (PLAIN, &["20000"][..], &["20100"][..]),
            (RANDOM, &["7fffffff-0000-0000-0000-000000000000"], &["802fffff-0000-0000-0000-000000000000"]),
            (COMPOSITE, &["25", "0"], &["25", "5000"]),
            (NO_KEY, &["(100,0)"], &["(102,0)"]),
        ] {
            let subject = Subject::new(major, shape, 40_000).await;
            // The column as it is after expand, of which the planner knows nothing.
            subject.database.execute("ALTER TABLE t ADD COLUMN b text").await;
            let backfill = backfill(&subject);
            let mut connection = PgConnection::connect(&subject.database.url).await.expect("a connection");
            for statement in [&backfill.batch, &backfill.straggler, &backfill.remaining] {
                let plan = explain(&mut connection, &statement.sql, after, until, statement == &backfill.batch).await;
                assert!(!plan.contains("Seq Scan") && !plan.contains("Hash"), "{major} {}:\n{plan}", shape.key);
                let rows = rows_read(&plan);
                assert!(rows <= 4_000.0, "{rows} rows of 40,000 are read on {major} for {}:\n{plan}", shape.key);
            }
        }
    }
}

fn backfill(subject: &Subject) -> Backfill {
    let migration = load_one(&subject.application.newest_migration()).expect("our own files");
    let found = migration.steps.into_iter().find_map(|step| match step.body {
        Body::Backfill(backfill) => Some(backfill),
        Body::Statements(_) | Body::Gate(_) | Body::Consent(_) => None,
    });
    found.expect("a backfill")
}

/// The plan with what was really read, in a transaction with the settings of a batch.
async fn explain(connection: &mut PgConnection, sql: &str, after: &[&str], until: &[&str], limited: bool) -> String {
    let settings = format!("BEGIN; {}", schema_diff::dialect::postgres::session::ALONG_THE_KEY);
    sqlx::raw_sql(AssertSqlSafe(settings)).execute(&mut *connection).await.expect("settings");
    let explain = format!("EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, SUMMARY OFF) {sql}");
    let mut query = sqlx::query(AssertSqlSafe(explain)).persistent(false);
    for value in after.iter().chain(until) {
        query = query.bind((*value).to_owned());
    }
    if limited {
        query = query.bind(500_i64);
    }
    let rows = query.fetch_all(&mut *connection).await.expect("a plan");
    sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await.expect("a rollback");
    rows.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>().join("\n")
}

/// The most rows that one node has given or thrown away.
fn rows_read(plan: &str) -> f64 {
    let number =
        |text: &str| text.split(|c: char| !(c.is_ascii_digit() || c == '.')).next().and_then(|n| n.parse::<f64>().ok());
    let of = |line: &str| {
        let given = line.split("rows=").nth(1).and_then(number).unwrap_or(0.0);
        let loops = line.split("loops=").nth(1).and_then(number).unwrap_or(1.0);
        let removed = line.split("Removed by Filter: ").nth(1).and_then(number).unwrap_or(0.0);
        (given * loops).max(removed)
    };
    plan.lines().map(of).fold(0.0, f64::max)
}
