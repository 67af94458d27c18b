//! What the sync triggers cost, as ratios of with and without, interleaved in one run: a bulk UPDATE of the column that is
//! renamed and of another one, and single-row statements over the wire: on a server whose commits wait for the disk, as in
//! production, and on one whose commits don't, where nothing but the processor counts.
//!
//! `cargo bench -p tests --bench triggers -- [ROWS]`

use std::time::{Duration, Instant};

use schema_diff::embedded::{Major, ScratchOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::{Application, Database, Server};

const ROUNDS: usize = 5;
/// Single rows over the wire vary more.
const PAIRS: usize = 13;
const CLIENTS: i64 = 4;
const STRETCH: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() {
    let rows: i64 = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    println!("{rows} rows, the median of {ROUNDS} rounds, with the triggers against without");
    let careless = Server::shared(Major::LATEST).await;
    let (with, without) = two(careless, rows).await;
    for (what, statement) in [
        ("bulk UPDATE of the column", "UPDATE t SET total = total + 1"),
        ("bulk UPDATE of another", "UPDATE t SET other = other + 1"),
    ] {
        let mut ratios = Vec::new();
        for _ in 0..ROUNDS {
            let (one, other) = (bulk(&with, statement).await, bulk(&without, statement).await);
            ratios.push(one / other);
        }
        print(what, ratios, "times the time");
    }
    let options = ScratchOptions::new(Major::LATEST);
    let durable =
        ["fsync", "synchronous_commit", "full_page_writes"].into_iter().fold(options, |o, name| o.setting(name, "on"));
    println!("single rows, {CLIENTS} clients, commits wait for the disk");
    single_rows(&two(Server::own(durable).await, rows).await, rows).await;
    println!("single rows, {CLIENTS} clients, commits wait for nothing");
    single_rows(&(with, without), rows).await;
}

/// The same rows in the same state, here with and there without anything that keeps them in step.
async fn two(server: &'static Server, rows: i64) -> (Database, Database) {
    let applied = server.fresh_database().await;
    let application = Application::applied(&source("pub total: i32,"), &applied.url).await;
    applied
        .execute(format!("INSERT INTO t SELECT g, g, repeat('x', 90), g FROM generate_series(1, {rows}) AS g"))
        .await;
    application.migrate_to(&source("#[db(renamed_from = \"total\")]\n    pub total_cents: i64,"), &[]).await;
    applied.execute("VACUUM ANALYZE t").await;
    application.run(&["apply"]).await.expect_code(0);
    let (with, without) = (server.copy_of(&applied).await, server.copy_of(&applied).await);
    without.execute("ALTER TABLE t DISABLE TRIGGER ALL").await;
    (with, without)
}

async fn single_rows((with, without): &(Database, Database), rows: i64) {
    for database in [with, without] {
        database.execute("ALTER TABLE t ALTER total_cents DROP NOT NULL").await;
        database.execute(format!("CREATE SEQUENCE IF NOT EXISTS more START {}", rows + 1)).await;
    }
    let column = "UPDATE t SET total = total + 1 WHERE id = $1";
    let another = "UPDATE t SET other = other + 1 WHERE id = $1";
    let insert = "INSERT INTO t (id, total, note, other) VALUES (nextval('more') + $1 * 0, 1, 'x', 1)";
    for (what, statements) in [
        ("the column", &[column][..]),
        ("another", &[another]),
        ("inserted", &[insert]),
        ("all three in turn", &[column, another, insert]),
    ] {
        let mut ratios = Vec::new();
        for round in 0..PAIRS {
            // Each goes first as often as the other: what one writes, the server may clear away during the other.
            let order = if round % 2 == 0 { [with, without] } else { [without, with] };
            let mut throughput = [0.0; 2];
            for (place, database) in order.into_iter().enumerate() {
                throughput[place] = over_the_wire(database, statements, rows).await;
            }
            let [first, second] = throughput;
            ratios.push(if round % 2 == 0 { first / second } else { second / first });
        }
        print(what, ratios, "times the throughput");
    }
}

fn print(what: &str, mut ratios: Vec<f64>, words: &str) {
    ratios.sort_by(f64::total_cmp);
    println!(
        "  {what:26} {:.2} ({:.2} to {:.2}) {words}",
        ratios[ratios.len() / 2],
        ratios[0],
        ratios[ratios.len() - 1]
    );
}

async fn bulk(database: &Database, statement: &str) -> f64 {
    database.execute("VACUUM t").await;
    let begun = Instant::now();
    database.execute(statement).await;
    begun.elapsed().as_secs_f64()
}

/// Statements per second of all clients together.
async fn over_the_wire(database: &Database, statements: &[&'static str], rows: i64) -> f64 {
    let clients = (0..CLIENTS).map(|client| {
        let (url, statements) = (database.url.clone(), statements.to_vec());
        tokio::spawn(async move {
            let mut connection = PgConnection::connect(&url).await.expect("a connection");
            let begun = Instant::now();
            let mut done = 0_i64;
            while begun.elapsed() < STRETCH {
                let id = 1 + (client + CLIENTS * done) % rows;
                let place = usize::try_from(done).unwrap_or_default() % statements.len();
                let query = sqlx::query(AssertSqlSafe(statements[place])).bind(id);
                query.execute(&mut connection).await.expect("a statement");
                done += 1;
            }
            done
        })
    });
    let mut total = 0;
    for client in clients.collect::<Vec<_>>() {
        total += client.await.expect("no panic");
    }
    total as f64 / STRETCH.as_secs_f64()
}

fn source(column: &str) -> String {
    format!(
        "/// A row.
#[derive(Schema)]
#[db(table = \"t\")]
pub struct Row {{
    #[db(primary_key)]
    pub id: i64,
    {column}
    pub note: String,
    pub other: i64,
}}
"
    )
}
