//! What it costs to count the writes of the old form: single-row UPDATEs of a column that is being renamed, in two tables
//! that differ only in whether their sync triggers count. Each client takes turns between the two with every statement, on
//! one connection, so that whatever else the machine does hits both alike; printed is the ratio of the medians, and how far
//! those of the single stretches lie apart.
//!
//! `cargo bench -p tests --bench legacy_writes -- [STATEMENTS]`

use std::time::Instant;

use schema_diff::embedded::{Major, ScratchOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::{Application, Database, Server};

const ROWS: i64 = 10_000;
const STRETCHES: usize = 10;
const TABLES: [&str; 2] = ["counting", "silent"];

#[tokio::main]
async fn main() {
    let statements: usize = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(20_000);
    println!("UPDATE of one row by its key, counting against not counting, {statements} statements of each");
    run("commits wait for nothing", Server::shared(Major::LATEST).await, statements).await;
    let durable = ["fsync", "synchronous_commit", "full_page_writes"]
        .into_iter()
        .fold(ScratchOptions::new(Major::LATEST), |options, name| options.setting(name, "on"));
    run("commits wait for the disk", Server::own(durable).await, statements).await;
}

async fn run(what: &str, server: &'static Server, statements: usize) {
    let database = server.fresh_database().await;
    let application = Application::applied(&source("o", ""), &database.url).await;
    for table in TABLES {
        let rows = format!("INSERT INTO {table} SELECT g, 'a', repeat('x', 90) FROM generate_series(1, {ROWS}) AS g");
        database.execute(rows).await;
    }
    application.migrate_to(&source("n", "#[db(renamed_from = \"o\")]"), &[]).await;
    application.run(&["apply"]).await.expect_code(0);
    stop_counting(&database).await;
    database.execute("VACUUM ANALYZE").await;
    let before = [counted(&database, "counting").await, counted(&database, "silent").await];
    for clients in [1, 4] {
        let mut stretches = Vec::new();
        let mut all = [Vec::new(), Vec::new()];
        for stretch in 0..STRETCHES {
            let times = times(&database, clients, statements / STRETCHES / clients, stretch).await;
            let [counting, silent] = &times;
            stretches.push(median(counting.clone()) / median(silent.clone()));
            all.iter_mut().zip(times).for_each(|(all, times)| all.extend(times));
        }
        stretches.sort_by(f64::total_cmp);
        let [counting, silent] = all.map(median);
        println!(
            "  {what}, {clients} clients: {:.3} times the time ({:.3} to {:.3} by stretch); {:.0} µs against {:.0} µs",
            counting / silent,
            stretches[0],
            stretches[STRETCHES - 1],
            counting * 1e6,
            silent * 1e6
        );
    }
    assert_ne!(counted(&database, "counting").await, before[0], "it counts");
    assert_eq!(counted(&database, "silent").await, before[1], "it doesn't");
}

async fn counted(database: &Database, table: &str) -> String {
    database.value(format!("SELECT last_value || ' ' || is_called FROM schema_sync_{table}_n_legacy")).await
}

/// The same function without the line that counts.
async fn stop_counting(database: &Database) {
    let definition = database.value("SELECT pg_get_functiondef('schema_sync_silent_n_function'::regproc)").await;
    let counts = |line: &&str| line.trim_start().starts_with("PERFORM pg_catalog.nextval(");
    assert_eq!(definition.lines().filter(counts).count(), 2, "one for INSERT, one for UPDATE:\n{definition}");
    let lines: Vec<&str> = definition.lines().filter(|line| !counts(line)).collect();
    database.execute(lines.join("\n")).await;
}

/// Seconds of each statement of all clients, in each of the tables.
async fn times(database: &Database, clients: usize, statements: usize, stretch: usize) -> [Vec<f64>; 2] {
    let mut tasks = Vec::new();
    for client in 0..clients {
        let mut connection = PgConnection::connect(&database.url).await.expect("a connection");
        tasks.push(tokio::spawn(async move {
            let mut times = [Vec::new(), Vec::new()];
            for statement in 0..statements {
                let id = 1 + ((stretch * statements + statement) * clients + client) as i64 % ROWS;
                for (table, times) in TABLES.into_iter().zip(&mut times) {
                    let update = format!("UPDATE {table} SET o = $2 WHERE id = $1");
                    let update = sqlx::query(AssertSqlSafe(update)).bind(id).bind(format!("{stretch} {statement}"));
                    let begun = Instant::now();
                    update.execute(&mut connection).await.expect("a statement");
                    times.push(begun.elapsed().as_secs_f64());
                }
            }
            times
        }));
    }
    let mut all = [Vec::new(), Vec::new()];
    for task in tasks {
        all.iter_mut().zip(task.await.expect("no panic")).for_each(|(all, times)| all.extend(times));
    }
    all
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn source(column: &str, attribute: &str) -> String {
    let table = |table: &str, name: &str| {
        format!(
            "/// A row.
#[derive(Schema)]
#[db(table = \"{table}\")]
pub struct {name} {{
    #[db(primary_key)]
    pub id: i64,
    {attribute}
    pub {column}: String,
    pub note: String,
}}
"
        )
    };
    format!("{}\n{}", table(TABLES[0], "Counting"), table(TABLES[1], "Silent"))
}
