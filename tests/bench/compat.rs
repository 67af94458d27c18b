//! How long `compat` takes: applications of growing size whose every query is tried, over the rename of a column, with
//! all its phases. The first run is not counted.
//!
//! `cargo bench -p tests --bench compat -- [100 1000]`

use std::fmt::Write;
use std::process::Command;
use std::time::Instant;

use schema_diff::embedded::{Major, ScratchOptions};
use tests::{Project, Server};

const ROUNDS: usize = 3;
/// Each table has so many queries.
const QUERIES: usize = 50;

#[tokio::main]
async fn main() {
    let mut sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![100, 1_000];
    }
    let server = Server::own(ScratchOptions::new(Major::LATEST)).await;
    println!("queries of each release   compat");
    for size in sizes {
        let database = server.fresh_database().await;
        let scratch = ["--scratch-url", &database.url];
        let project = Project::new();
        let tables = size.div_ceil(QUERIES);
        write_release(&project, tables, "pub a: String,", "a");
        project.run(&database, &[&["diff", "--write"][..], &scratch].concat()).expect_code(0);
        project.run(&database, &["apply"]).expect_code(0);
        commit(&project);
        write_release(&project, tables, "#[db(renamed_from = \"a\")]\n    pub b: String,", "b");
        project.run(&database, &[&["diff", "--write"][..], &scratch].concat()).expect_code(0);
        let mut times = Vec::new();
        for round in 0..=ROUNDS {
            let begun = Instant::now();
            project.run(&database, &[&["compat", "--release-ref", "HEAD"][..], &scratch].concat()).expect_code(0);
            if round > 0 {
                times.push(begun.elapsed().as_secs_f64());
            }
        }
        times.sort_by(f64::total_cmp);
        println!("{:>23} {:>6.2} s", tables * QUERIES, times[times.len() / 2]);
    }
}

fn commit(project: &Project) {
    for arguments in [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "--message", "release N"]] {
        let identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"];
        let status = Command::new("git").args(identity).args(arguments).current_dir(project.path()).status();
        assert!(status.expect("git can be started").success(), "git {arguments:?}");
    }
}

/// The first table has the column that changes; the queries name it.
fn write_release(project: &Project, tables: usize, field: &str, column: &str) {
    let mut text = String::new();
    for number in 0..tables {
        let (field, column) = if number == 0 { (field, column) } else { ("pub a: String,", "a") };
        let table = format!(
            "#[derive(schema_diff::Schema)]\n#[db(table = \"t{number}\")]\npub struct T{number} {{\n    #[db(primary_key)]\n    pub id: i64,\n    pub n: i32,\n    {field}\n}}\n\n"
        );
        text.push_str(&table);
        for query in 0..QUERIES {
            let sql = match query % 4 {
                0 => format!("SELECT id, {column} FROM t{number} WHERE n > {query} AND {column} = $1"),
                1 => format!("UPDATE t{number} SET {column} = $1 WHERE id = $2 AND n > {query}"),
                2 => format!("INSERT INTO t{number} (id, n, {column}) VALUES ($1, {query}, $2) RETURNING id"),
                _ => format!("SELECT count(*) FROM t{number} AS t JOIN t0 USING (id) WHERE t.n = $1 + {query}"),
            };
            writeln!(text, "pub fn q{number}_{query}() {{ sqlx::query(\"{sql}\"); }}").expect("a string takes all");
        }
    }
    project.set_source(&text);
}
