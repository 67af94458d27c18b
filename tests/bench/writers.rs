//! What writers notice of a migration: four of them, in the shapes of both releases, on rows of about 150 bytes; how long
//! they wait for us and how long their statements take in each phase, against an idle phase of the same minute. Then the
//! same behind a reader's transaction of 15 seconds, and with an autovacuum on the table.
//!
//! `cargo bench -p tests --bench writers -- [ROWS]`

use std::time::Duration;

use schema_diff::embedded::{Major, ScratchOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::application::finish;
use tests::waits::Waits;
use tests::workload::{Case, Field, Release, Stage, Values, Workload};
use tests::{Application, Database, Server};

const WRITERS: usize = 4;
const OLD: [Field; 2] = [Field::integer("total", "total", "integer"), Field::text("note", "note")];
const NEW: [Field; 2] = [Field::integer("total", "total_cents", "bigint"), Field::text("note", "note")];
const UNEQUAL: &str = "SELECT count(*) FROM orders WHERE total IS DISTINCT FROM total_cents";

/// What else goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beside {
    Nothing,
    Reader,
    Autovacuum,
}

#[tokio::main]
async fn main() {
    let rows = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(200_000);
    let options =
        ScratchOptions::new(Major::LATEST).setting("shared_buffers", "1GB").setting("autovacuum_naptime", "1s");
    let server = Server::own(options).await;
    for beside in [Beside::Nothing, Beside::Reader, Beside::Autovacuum] {
        println!("int to bigint, {rows} rows, {WRITERS} writers, beside {beside:?}");
        run(server, rows, beside).await;
    }
}

async fn run(server: &'static Server, rows: i64, beside: Beside) {
    let database = server.fresh_database().await;
    let application = Application::applied(&source("pub total: i32,"), &database.url).await;
    database
        .execute(format!(
            "INSERT INTO orders (total, note) SELECT n, 'note ' || n FROM generate_series(1, {rows}) AS n"
        ))
        .await;
    database.execute("VACUUM ANALYZE orders").await;
    application.migrate_to(&source("#[db(renamed_from = \"total\")]\n    pub total_cents: i64,"), &[]).await;
    if beside == Beside::Autovacuum {
        // Slow and at once, so that it is under way all the time.
        database.execute("UPDATE orders SET revision = 0 WHERE id % 10 = 0").await;
        database.execute("ALTER TABLE orders SET (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 20, autovacuum_vacuum_cost_limit = 100)").await;
        let under_way = "SELECT count(*) FROM pg_stat_progress_vacuum";
        while database.value(under_way).await == "0" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let workload = Workload::quiet(&database.url, case(rows), WRITERS, 1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    workload.take_latencies();
    idle(&database, &workload).await;
    let reader = match beside {
        Beside::Reader => Some(tokio::spawn(read_for_15_seconds(database.url.clone()))),
        Beside::Nothing | Beside::Autovacuum => None,
    };
    let mut waits = Waits::watch(&database.url).await;
    let mut apply = application.spawn(&["apply"]);
    let filling = "SELECT count(*) FROM _schema_steps WHERE phase = 'backfill'";
    while apply.is_running() && database.value(filling).await == "0" {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    waits = told("expand", waits, &database, &workload).await;
    workload.enter(Stage::Expanded).await;
    finish(apply).await.expect_code(0);
    waits = told("backfill", waits, &database, &workload).await;
    workload.enter(Stage::Filled).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    waits = told("both releases", waits, &database, &workload).await;
    workload.enter(Stage::New).await;
    assert_eq!(database.value(UNEQUAL).await, "0");
    application.run(&["confirm", "v2"]).await.expect_code(0);
    application.run(&["contract"]).await.expect_code(0);
    told("contract", waits, &database, &workload).await;
    let statements = workload.finish(&database.pool, &case(rows).new).await;
    if let Some(reader) = reader {
        reader.await.expect("a reader without an error");
    }
    println!("  {statements} statements, 0 errors, 0 values lost");
}

async fn idle(database: &Database, workload: &Workload) {
    let waits = Waits::watch(&database.url).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    told("idle", waits, database, workload).await;
}

/// Prints a phase, and begins the next.
async fn told(phase: &str, waits: Waits, database: &Database, workload: &Workload) -> Waits {
    workload.check();
    let waited = waits.stop().await;
    let mut latencies = workload.take_latencies();
    latencies.sort_unstable();
    let at = |share: f64| {
        latencies.get((latencies.len() as f64 * share) as usize).map_or(0.0, |one| one.as_secs_f64() * 1e3)
    };
    println!(
        "  {phase:14} longest wait for us {:4} ms; statements: {:6}, median {:5.1} ms, p99 {:6.1} ms, longest {:6.1} ms",
        waited.largest.as_millis(),
        latencies.len(),
        at(0.5),
        at(0.99),
        latencies.last().map_or(0.0, |one| one.as_secs_f64() * 1e3)
    );
    Waits::watch(&database.url).await
}

async fn read_for_15_seconds(url: String) {
    let mut connection = PgConnection::connect(&url).await.expect("a connection");
    let read = "BEGIN; SELECT count(*) FROM orders WHERE id < 1000; SELECT pg_sleep(15); COMMIT";
    sqlx::raw_sql(AssertSqlSafe(read)).execute(&mut connection).await.expect("a reader's transaction");
}

fn source(column: &str) -> String {
    format!(
        "/// An order.
#[derive(Schema)]
#[db(table = \"orders\")]
pub struct Order {{
    #[db(primary_key, identity)]
    pub id: i64,
    {column}
    pub note: String,
    #[db(default = \"'{}'\")]
    pub padding: String,
    #[db(default = 0)]
    pub revision: i64,
}}
",
        "x".repeat(80)
    )
}

fn case(rows: i64) -> Case {
    let release = |fields: &[Field]| Release { table: "orders", fields: fields.to_vec(), unique: None };
    Case {
        old: release(&OLD),
        new: release(&NEW),
        fields: &["total", "note"],
        rows,
        initial,
        left_out: |_, _| unreachable!("both releases write every field"),
    }
}

fn initial(id: i64) -> Values {
    [("total", Some(id.to_string())), ("note", Some(format!("note {id}")))].into()
}
