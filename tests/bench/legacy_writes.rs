//! What it costs to count the writes of the old form: single-row UPDATEs of a column that is being renamed, with the sync
//! triggers as they are and with the same triggers that don't count. Both take turns of a few milliseconds in one run, so
//! that whatever else the machine does hits both alike; printed is the median of the turns' ratios.
//!
//! `cargo bench -p tests --bench legacy_writes -- [TURNS]`

use std::time::Instant;

use schema_diff::embedded::{Major, ScratchOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::{Application, Database, Server};

const ROWS: i64 = 10_000;
/// Statements of a client in a turn.
const STATEMENTS: i64 = 40;
const COUNTED: &str = "SELECT last_value FROM schema_sync_t_n_legacy";

#[tokio::main]
async fn main() {
    let turns: usize = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(400);
    println!("UPDATE of one row by its key, the median of {turns} turns, counting against not counting");
    run("commits wait for nothing", Server::shared(Major::LATEST).await, turns).await;
    let durable = ["fsync", "synchronous_commit", "full_page_writes"]
        .into_iter()
        .fold(ScratchOptions::new(Major::LATEST), |options, name| options.setting(name, "on"));
    run("commits wait for the disk", Server::own(durable).await, turns).await;
}

async fn run(what: &str, server: &'static Server, turns: usize) {
    let applied = server.fresh_database().await;
    let application = Application::applied(&source("o", ""), &applied.url).await;
    applied.execute(format!("INSERT INTO t SELECT g, 'a', repeat('x', 90) FROM generate_series(1, {ROWS}) AS g")).await;
    application.migrate_to(&source("n", "#[db(renamed_from = \"o\")]"), &[]).await;
    application.run(&["apply"]).await.expect_code(0);
    applied.execute("VACUUM ANALYZE t").await;
    let (counting, silent) = (server.copy_of(&applied).await, server.copy_of(&applied).await);
    stop_counting(&silent).await;
    let before = counting.value(COUNTED).await;
    for clients in [1, 4] {
        let (mut with, mut without) = (clients_of(&counting, clients).await, clients_of(&silent, clients).await);
        let mut ratios = Vec::new();
        for turn in 0..turns {
            // Who comes second finds a warmer machine: each is that as often as the other.
            let (one, other) = if turn % 2 == 0 {
                let one = time_of(&mut with, turn).await;
                (one, time_of(&mut without, turn).await)
            } else {
                let other = time_of(&mut without, turn).await;
                (time_of(&mut with, turn).await, other)
            };
            ratios.push(one / other);
        }
        ratios.sort_by(f64::total_cmp);
        let at = |share: usize| ratios[ratios.len() * share / 100];
        println!(
            "  {what}, {clients} clients: {:.3} times the time ({:.3} to {:.3} in the middle half)",
            at(50),
            at(25),
            at(75)
        );
    }
    assert_ne!(counting.value(COUNTED).await, before, "it counts");
    assert_eq!(silent.value(COUNTED).await, before, "it doesn't");
}

/// The same function without the line that counts.
async fn stop_counting(database: &Database) {
    let function = "SELECT pg_get_functiondef('schema_sync_t_n_function'::regproc)";
    let definition = database.value(function).await;
    let counts = |line: &&str| line.trim_start().starts_with("PERFORM pg_catalog.nextval(");
    assert_eq!(definition.lines().filter(counts).count(), 2, "one for INSERT, one for UPDATE:\n{definition}");
    let lines: Vec<&str> = definition.lines().filter(|line| !counts(line)).collect();
    database.execute(lines.join("\n")).await;
}

async fn clients_of(database: &Database, count: usize) -> Vec<PgConnection> {
    let mut clients = Vec::new();
    for _ in 0..count {
        clients.push(PgConnection::connect(&database.url).await.expect("a connection"));
    }
    clients
}

/// Seconds until every client has done its statements.
async fn time_of(clients: &mut Vec<PgConnection>, turn: usize) -> f64 {
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for (number, mut client) in clients.drain(..).enumerate() {
        tasks.push(tokio::spawn(async move {
            for statement in 0..STATEMENTS {
                let id = 1 + (turn as i64 * STATEMENTS + statement + number as i64 * 2_500) % ROWS;
                let update = sqlx::query(AssertSqlSafe("UPDATE t SET o = $2 WHERE id = $1"));
                update.bind(id).bind(format!("turn {turn}")).execute(&mut client).await.expect("a statement");
            }
            client
        }));
    }
    for task in tasks {
        clients.push(task.await.expect("no panic"));
    }
    begun.elapsed().as_secs_f64()
}

fn source(column: &str, attribute: &str) -> String {
    format!(
        "/// A row.
#[derive(Schema)]
#[db(table = \"t\")]
pub struct Row {{
    #[db(primary_key)]
    pub id: i64,
    {attribute}
    pub {column}: String,
    pub note: String,
}}
"
    )
}
