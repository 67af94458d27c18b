//! How long `compat` takes: applications of growing size whose every query is tried, over the rename of a column, with
//! all its phases; the same application with next to no queries; and how long the server takes to prepare and describe the
//! queries of one release four times, as at four moments. The first run is not counted.
//!
//! `cargo bench -p tests --bench compat -- [100 1000]`

use std::fmt::Write;
use std::process::Command;
use std::time::Instant;

use schema_diff::dialect::postgres::compat::prepare;
use schema_diff::embedded::{Major, ScratchOptions};
use sqlx::{Connection, PgConnection};
use tests::{Database, Project, Server};

const ROUNDS: usize = 3;
/// Each table has so many queries.
const QUERIES: usize = 50;
/// Before, after expand, after the backfill, after the contract.
const MOMENTS: usize = 4;

#[tokio::main]
async fn main() {
    let mut sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![100, 1_000];
    }
    let server = Server::own(ScratchOptions::new(Major::LATEST)).await;
    println!("queries of each release   compat   with one query a table   prepared and described {MOMENTS} times");
    for size in sizes {
        let tables = size.div_ceil(QUERIES);
        let (with, texts, database) = measured(server, tables, QUERIES).await;
        let (without, _, _) = measured(server, tables, 1).await;
        let prepared = prepared(&database, &texts).await;
        println!("{:>23} {with:>6.2} s {without:>23.2} s {prepared:>35.2} s", texts.len());
    }
}

/// Seconds of a run, with the queries of release N and a database that is as it wants it.
async fn measured(server: &'static Server, tables: usize, queries: usize) -> (f64, Vec<String>, Database) {
    let database = server.fresh_database().await;
    let scratch = ["--scratch-url", &database.url];
    let project = Project::new();
    let texts = write_release(&project, (tables, queries), "pub a: String,", "a");
    project.run(&database, &[&["diff", "--write"][..], &scratch].concat()).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    commit(&project);
    write_release(&project, (tables, queries), "#[db(renamed_from = \"a\")]\n    pub b: String,", "b");
    project.run(&database, &[&["diff", "--write"][..], &scratch].concat()).expect_code(0);
    let mut times = Vec::new();
    for round in 0..=ROUNDS {
        let begun = Instant::now();
        project.run(&database, &[&["compat", "--release-ref", "HEAD"][..], &scratch].concat()).expect_code(0);
        if round > 0 {
            times.push(begun.elapsed().as_secs_f64());
        }
    }
    (median(times), texts, database)
}

/// Seconds until the server has prepared and described each query, in a new session for each moment.
async fn prepared(database: &Database, texts: &[String]) -> f64 {
    let mut times = Vec::new();
    for round in 0..=ROUNDS {
        let begun = Instant::now();
        for _ in 0..MOMENTS {
            let mut connection = PgConnection::connect(&database.url).await.expect("a connection");
            for text in texts {
                let prepared = prepare(&mut connection, text, &[]).await.expect("a connection that holds");
                prepared.expect("a query that works");
            }
            connection.close().await.expect("closed");
        }
        if round > 0 {
            times.push(begun.elapsed().as_secs_f64());
        }
    }
    median(times)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn commit(project: &Project) {
    for arguments in [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "--message", "release N"]] {
        let identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"];
        let status = Command::new("git").args(identity).args(arguments).current_dir(project.path()).status();
        assert!(status.expect("git can be started").success(), "git {arguments:?}");
    }
}

/// The first table has the column that changes; the queries, which are given back, name it.
fn write_release(project: &Project, (tables, queries): (usize, usize), field: &str, column: &str) -> Vec<String> {
    let (mut text, mut texts) = (String::new(), Vec::new());
    for number in 0..tables {
        let (field, column) = if number == 0 { (field, column) } else { ("pub a: String,", "a") };
        let table = format!(
            "#[derive(schema_diff::Schema)]\n#[db(table = \"t{number}\")]\npub struct T{number} {{\n    #[db(primary_key)]\n    pub id: i64,\n    pub n: i32,\n    {field}\n}}\n\n"
        );
        text.push_str(&table);
        for query in 0..queries {
            let sql = match query % 4 {
                0 => format!("SELECT id, {column} FROM t{number} WHERE n > {query} AND {column} = $1"),
                1 => format!("UPDATE t{number} SET {column} = $1 WHERE id = $2 AND n > {query}"),
                2 => format!("INSERT INTO t{number} (id, n, {column}) VALUES ($1, {query}, $2) RETURNING id"),
                _ => format!("SELECT count(*) FROM t{number} AS t JOIN t0 USING (id) WHERE t.n = $1 + {query}"),
            };
            writeln!(text, "pub fn q{number}_{query}() {{ sqlx::query(\"{sql}\"); }}").expect("a string takes all");
            texts.push(sql);
        }
    }
    project.set_source(&text);
    texts
}
