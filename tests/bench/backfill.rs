//! What a backfill costs, as ratios of two things in one run, interleaved: ours against one plain UPDATE and against a
//! fixed loop over the key (1,000 rows, FOR NO KEY UPDATE SKIP LOCKED, the value and then a marker: each row is written
//! twice); time, WAL, and the table's size afterwards. All three find the same sync trigger in place. Then the memory of
//! the runner for growing tables, and the estimates against what came, on three shapes of tables.
//!
//! `cargo bench -p tests --bench backfill -- [--rows 2000000] [--pairs 5] [--memory 1000000,5000000]`

use std::time::{Duration, Instant};

use schema_diff::embedded::{Major, ScratchOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::{Application, Database, Server};

#[path = "backfill/arguments.rs"]
mod arguments;
#[path = "backfill/shapes.rs"]
mod shapes;

use arguments::Arguments;
use shapes::{SHAPES, Shape};

/// What one way has cost.
#[derive(Clone, Copy, Debug)]
struct Cost {
    time: f64,
    wal: f64,
    size: f64,
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    // Checkpoints come when we say so: each of them makes the next write of every page a full image of it.
    let options = ScratchOptions::new(Major::LATEST)
        .setting("shared_buffers", "1GB")
        .setting("max_wal_size", "30GB")
        .setting("checkpoint_timeout", "1h")
        .setting("autovacuum", "off");
    let server = Server::own(options).await;
    for shape in SHAPES.iter().filter(|shape| arguments.wants(shape.name)) {
        compare(server, shape, &arguments).await;
    }
    for (name, load, indexes) in shapes::TABLES {
        estimate(server, name, load, indexes, arguments.rows).await;
    }
    for rows in &arguments.memory {
        memory(server, *rows).await;
    }
}

async fn compare(server: &'static Server, shape: &Shape, arguments: &Arguments) {
    let before = server.fresh_database().await;
    let application = Application::applied(shape.old_source, &before.url).await;
    before.execute(shape.load.replace("$rows", &arguments.rows.to_string())).await;
    before.execute("VACUUM ANALYZE t").await;
    let unit = size(&before).await;
    application.migrate_to(shape.new_source, &[]).await;
    println!("{}: {} rows, {:.0} MB with indexes", shape.name, arguments.rows, unit / 1e6);
    let (mut plain, mut fixed, mut ours) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..arguments.pairs {
        plain.push(measured(server, &before, unit, async |database| update_all(database, shape).await).await);
        fixed.push(
            measured(server, &before, unit, async |database| fixed_loop(database, shape, arguments.rows).await).await,
        );
        ours.push(measured(server, &before, unit, async |database| backfill(&application, database).await).await);
    }
    print("size after", &ours, |one, _| one.size, &plain, "times the size before; a plain UPDATE", |one| one.size);
    print(
        "WAL",
        &ours,
        |one, other| one.wal / other.wal,
        &plain,
        "times a plain UPDATE's, which is MB",
        |one| one.wal / 1e6,
    );
    print(
        "time",
        &ours,
        |one, other| one.time / other.time,
        &fixed,
        "times the fixed loop's, which is s",
        |one| one.time,
    );
    print(
        "time",
        &ours,
        |one, other| one.time / other.time,
        &plain,
        "times a plain UPDATE's, which is s",
        |one| one.time,
    );
}

fn print(
    what: &str,
    ours: &[Cost],
    figure: impl Fn(&Cost, &Cost) -> f64,
    others: &[Cost],
    words: &str,
    reference: impl Fn(&Cost) -> f64,
) {
    let (median, low, high) = spread(ours.iter().zip(others).map(|(one, other)| figure(one, other)).collect());
    let (other, ..) = spread(others.iter().map(reference).collect());
    println!("  {what:10} {median:.2} ({low:.2} to {high:.2}) {words}: {other:.2}");
}

fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    (values[values.len() / 2], values[0], values[values.len() - 1])
}

/// Runs one way on a copy, after a checkpoint.
async fn measured(
    server: &'static Server,
    original: &Database,
    unit: f64,
    way: impl AsyncFnOnce(&Database) -> Option<f64>,
) -> Cost {
    let database = server.copy_of(original).await;
    database.execute("CHECKPOINT").await;
    let position = database.value("SELECT pg_current_wal_insert_lsn()").await;
    let begun = Instant::now();
    let measured = way(&database).await;
    let time = measured.unwrap_or_else(|| begun.elapsed().as_secs_f64());
    let wal = database.value(format!("SELECT pg_current_wal_insert_lsn() - '{position}'::pg_lsn")).await;
    Cost { time, wal: wal.parse().expect("a number"), size: size(&database).await / unit }
}

async fn size(database: &Database) -> f64 {
    database.value("SELECT pg_total_relation_size('t')").await.parse().expect("a number")
}

/// `apply` as a user runs it; the time is that of the fill alone, as the history has it.
async fn backfill(application: &Application, database: &Database) -> Option<f64> {
    application.run(&["apply", "-D", &database.url]).await.expect_code(0);
    let seconds = "SELECT extract(epoch FROM finished_at - started_at) FROM _schema_steps WHERE title LIKE 'fill %'";
    Some(database.value(seconds).await.parse().expect("a number"))
}

async fn update_all(database: &Database, shape: &Shape) -> Option<f64> {
    let mut connection = prepared(database, shape).await;
    let begun = Instant::now();
    run(&mut connection, &format!("UPDATE t SET {} WHERE {} IS NULL", shape.assignment, shape.column)).await;
    Some(begun.elapsed().as_secs_f64())
}

async fn fixed_loop(database: &Database, shape: &Shape, rows: i64) -> Option<f64> {
    let mut connection = prepared(database, shape).await;
    run(&mut connection, "ALTER TABLE t ADD COLUMN marker boolean NOT NULL DEFAULT true").await;
    let begun = Instant::now();
    for first in (0..rows).step_by(1_000) {
        let batch = format!(
            "WITH batch AS (SELECT id FROM t WHERE id > {first} AND id <= {} AND marker ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
             UPDATE t SET {} FROM batch WHERE t.id = batch.id;
             UPDATE t SET marker = false WHERE id > {first} AND id <= {}",
            first + 1_000,
            shape.assignment,
            first + 1_000
        );
        run(&mut connection, &batch).await;
    }
    Some(begun.elapsed().as_secs_f64())
}

/// Expanded as ours is, by the same statements.
async fn prepared(database: &Database, shape: &Shape) -> PgConnection {
    let mut connection = PgConnection::connect(&database.url).await.expect("a connection");
    run(&mut connection, shape.expand).await;
    run(&mut connection, "SET jit = off").await;
    connection
}

async fn run(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.expect("a statement");
}

/// What was expected from the statistics alone, then after the first hundred batches, and what came.
async fn estimate(server: &'static Server, name: &str, load: &str, indexes: &str, rows: i64) {
    let shape = &SHAPES[0];
    let database = server.fresh_database().await;
    let application = Application::applied(shape.old_source, &database.url).await;
    database.execute(load.replace("$rows", &rows.to_string())).await;
    application.migrate_to(shape.new_source, &[]).await;
    // After the plan, which asks where indexes come from.
    database.execute(indexes).await;
    database.execute("VACUUM ANALYZE t").await;
    // Small batches, so that a hundred of them are only the beginning.
    application.run(&["apply", "--batch-time", "10"]).await.expect_code(0);
    let seconds = "SELECT round(expected_seconds::numeric, 1), round(corrected_seconds::numeric, 1),
        round(extract(epoch FROM finished_at - started_at)::numeric, 1) FROM _schema_steps WHERE title LIKE 'fill %'";
    println!("estimate, {name}: expected | after 100 batches | real, in seconds: {}", database.value(seconds).await);
}

/// The most memory that the program has had while it filled a table.
async fn memory(server: &'static Server, rows: i64) {
    let shape = &SHAPES[0];
    let database = server.fresh_database().await;
    let application = Application::applied(shape.old_source, &database.url).await;
    database.execute(shape.load_narrow.replace("$rows", &rows.to_string())).await;
    database.execute("ANALYZE t").await;
    application.migrate_to(shape.new_source, &[]).await;
    let mut apply = application.spawn(&["apply"]);
    let status = format!("/proc/{}/status", apply.id());
    let mut most = 0;
    while apply.is_running() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
        most = most.max(line.trim().trim_end_matches(" kB").parse().unwrap_or(0));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tests::application::finish(apply).await.expect_code(0);
    let seconds = "SELECT extract(epoch FROM finished_at - started_at) FROM _schema_steps WHERE title LIKE 'fill %'";
    let seconds: f64 = database.value(seconds).await.parse().expect("a number");
    println!("memory: {rows} rows, {} MB at most, {:.1} µs per row", most / 1024, seconds * 1e6 / rows as f64);
}
