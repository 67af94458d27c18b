//! How long a proof takes: `diff --write` of one renamed column, and of one added index, in catalogs of growing size (10
//! columns, 3 indexes and a foreign key each), against `diff` alone. The first run starts the scratch server's binaries;
//! it is not counted.
//!
//! `cargo bench -p tests --bench proof -- [50 1000]`

use std::time::Instant;

use schema_diff::embedded::{Major, ScratchOptions};
use tests::{CargoSchema, Database, Project, Server};

const ROUNDS: usize = 3;

#[tokio::main]
async fn main() {
    let mut sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![50, 1_000];
    }
    let server = Server::own(ScratchOptions::new(Major::LATEST)).await;
    CargoSchema::in_directory(".").run(&["--version"]).expect_code(0);
    println!("tables   change            diff     diff --write   of that the proof");
    for size in sizes {
        let database = server.fresh_database().await;
        for chunk in (0..size).collect::<Vec<_>>().chunks(100) {
            database.execute(chunk.iter().map(|number| table(*number)).collect::<String>()).await;
        }
        measure(&database, size, "renamed column", |text| {
            text.replace("pub c1: String", "#[db(renamed_from = \"c1\")]\n    pub d1: String")
        });
        measure(&database, size, "added index", |text| {
            text.replace("pub c2: String", "#[db(index)]\n    pub c2: String")
        });
    }
}

/// The first table changes, and the last ones reference it.
fn measure(database: &Database, size: usize, what: &str, change: impl Fn(&str) -> String) {
    let (mut alone, mut written) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let project = Project::new();
        let mut source = change(&structure(0));
        source.extend((1..size).map(structure));
        project.set_source(&source);
        let begun = Instant::now();
        project.run(database, &["diff"]).expect_code(0);
        let diff = begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        project.run(database, &["diff", "--write"]).expect_code(0);
        if round > 0 {
            alone.push(diff);
            written.push(begun.elapsed().as_secs_f64());
        }
    }
    let (alone, written) = (median(alone), median(written));
    println!("{size:>6}   {what:15} {alone:>6.2} s {written:>12.2} s {:>16.2} s", written - alone);
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn table(number: usize) -> String {
    let columns: String = (1..=8).map(|column| format!("c{column} text NOT NULL, ")).collect();
    let parent = number / 10;
    format!(
        "CREATE TABLE t{number} (id bigint PRIMARY KEY, {columns}parent bigint REFERENCES t{parent} (id));
         CREATE INDEX ON t{number} (c3); CREATE INDEX ON t{number} (c4); CREATE INDEX ON t{number} (parent);\n"
    )
}

fn structure(number: usize) -> String {
    let field = |column: usize| {
        let index = if matches!(column, 3 | 4) { "    #[db(index)]\n" } else { "" };
        format!("{index}    pub c{column}: String,\n")
    };
    let fields: String = (1..=8).map(field).collect();
    let parent = number / 10;
    format!(
        "#[derive(schema_diff::Schema)]\n#[db(table = \"t{number}\")]\npub struct T{number} {{\n    #[db(primary_key)]\n    pub id: i64,\n{fields}    #[db(index, references(T{parent}::id))]\n    pub parent: Option<i64>,\n}}\n\n"
    )
}
