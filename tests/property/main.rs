//! Properties that hold for every schema, tried on random ones: a schema doesn't differ from itself; from any schema a plan
//! leads to any other; what was pulled into structs makes the same schema again.
//!
//! A few cases at a time, the same in each run, so that a red run is about the change at hand: `SCHEMA_DIFF_CASES=500` tries
//! more, `SCHEMA_DIFF_SEED=7` begins with that one. A failure names its seed and shows the SQL.

mod column;
mod edit;
mod schema;
mod table;

use rand::SeedableRng;
use rand::rngs::StdRng;
use schema_diff::embedded::Major;
use tests::converge::{Ending, converge};
use tests::round_trip::round_trip;
use tests::{CargoSchema, Server};

use self::schema::Schema;

/// Where the seeds begin unless another one is named.
const FIRST_SEED: u64 = 1_000;

/// The seeds to try: as many as are asked for, from the one that is named.
fn seeds(usual: u64) -> impl Iterator<Item = u64> {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let first = number("SCHEMA_DIFF_SEED").unwrap_or(FIRST_SEED);
    let count = number("SCHEMA_DIFF_CASES").unwrap_or(usual);
    println!("SCHEMA_DIFF_SEED={first}");
    (first..).take(usize::try_from(count).expect("a number of cases"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_leads_from_any_schema_to_any_other() {
    let server = Server::shared(Major::LATEST).await;
    let (mut failed, mut refused, mut all) = (Vec::new(), Vec::new(), 0);
    for seed in seeds(4) {
        all += 1;
        let mut random = StdRng::seed_from_u64(seed);
        let from = Schema::random(&mut random);
        // Most schemas come from their predecessor; some have nothing to do with it.
        let to = if seed % 4 == 3 { Schema::random(&mut random) } else { edit::edited(&from, &mut random) };
        let (from, to) = (from.sql(), to.sql());
        match converge(server, &from, &to, "").await {
            Ending::Converged(_) => {}
            // A refusal names what it is about; whatever the SQL is, most of it must be handled.
            Ending::Refused(why) if !why.starts_with("does not load") => refused.push(format!("{seed}: {why}")),
            ending => failed.push(format!("SCHEMA_DIFF_SEED={seed}: {ending:?}\n-- from\n{from}\n-- to\n{to}")),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
    assert!(all < 4 || refused.len() * 2 <= all, "too much is refused:\n{}", refused.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_does_not_differ_from_itself() {
    let server = Server::shared(Major::LATEST).await;
    for seed in seeds(3) {
        let sql = Schema::random(&mut StdRng::seed_from_u64(seed)).sql();
        let (database, scratch) = (server.fresh_database().await, server.fresh_database().await);
        database.execute(&sql).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("own.sql"), &sql).expect("a file");
        let schema = CargoSchema::in_directory(folder.path());
        let sides = ["--from", &database.url, "--to", "own.sql", "--scratch-url", &scratch.url];
        let arguments = [&["diff", "--exit-code"], sides.as_slice()].concat();
        let outcome = tokio::task::block_in_place(|| schema.run(&arguments));
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert_eq!(outcome.code(), 0, "SCHEMA_DIFF_SEED={seed}\n{said}\n{sql}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_pulled_makes_the_same_schema() {
    for seed in seeds(3) {
        let sql = Schema::random(&mut StdRng::seed_from_u64(seed)).sql();
        let trip = round_trip(Major::LATEST, &sql, &[]).await.expect("the SQL loads");
        let lost = trip.lost.iter().map(|lost| format!("{}:\n{}", lost.stage, lost.what)).collect::<Vec<_>>();
        assert!(lost.is_empty(), "SCHEMA_DIFF_SEED={seed}\n{}\n{sql}", lost.join("\n"));
    }
}
