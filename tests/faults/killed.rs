//! `kill -9` and broken connections at any moment: the same command again goes on where it stopped.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tests::application::finish;
use tests::majors;
use tests::workload::rename::Rename;
use tests::workload::{Stage, Workload};

use crate::support::Subject;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_backfill_resumes_from_its_cursor() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(100_000)).await;
        let apply = subject.application.spawn(&["apply"]);
        subject.wait_for_backfill(|backfill| backfill.rows > 20_000).await;
        apply.kill();
        // Its last batch may still be under way, with nobody left to hear of it.
        subject.wait_for("SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'schema-diff%' AND datname = current_database()").await;
        let killed = subject.backfill().await.expect("it had begun");
        assert_eq!((killed.state.as_str(), killed.attempts), ("running", 1));
        let filled = "SELECT count(*) FROM users WHERE display_name IS NOT NULL";
        assert_eq!(subject.database.value(filled).await, killed.rows.to_string(), "a batch and its cursor are one");

        let mut again = subject.application.spawn(&["apply"]);
        let resumed = subject.wait_for_backfill(|backfill| backfill.attempts == 2).await;
        assert!(resumed.position >= killed.position, "{resumed:?} after {killed:?}");
        let mut last = resumed.position;
        while again.is_running() {
            let now = subject.backfill().await.expect("it had begun");
            assert!(now.position >= last, "it began anew: {now:?}");
            last = now.position;
        }
        finish(again).await.expect_code(0);
        let done = subject.backfill().await.expect("it had begun");
        assert_eq!((done.state.as_str(), done.attempts, done.rows), ("done", 2, 100_000), "no row was filled twice");
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}

/// What ends a run.
#[derive(Clone, Copy, Debug)]
enum End {
    Kill,
    Terminate,
}

/// Runs a command again and again, ending it at random moments, until it gets to its end.
async fn insist(subject: &Subject, workload: &Workload, command: &str, end: End, random: &mut StdRng) {
    let mut ended = 0;
    loop {
        let mut running = subject.application.spawn(&[command]);
        // A contract takes less time than an expand with its backfill; each try gets a little further.
        let (first, further) = if command == "apply" { (20..250, 60) } else { (10..80, 8) };
        let mercy = Duration::from_millis(random.random_range(first) + further * ended);
        let deadline = tokio::time::Instant::now() + mercy;
        while running.is_running() && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let alive = running.is_running();
        match end {
            End::Kill if alive => drop(running.kill()),
            End::Terminate if alive => {
                let backends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name LIKE 'schema-diff%' AND datname = current_database()";
                subject.database.rows(backends).await;
                let outcome = finish(running).await;
                // Only the heartbeat's connection may have been there, or nothing yet.
                if outcome.code() != 0 {
                    let said = &outcome.stderr;
                    assert!([1, 6].contains(&outcome.code()) && !said.contains("panicked"), "{said}");
                }
            }
            _ => {
                let outcome = finish(running).await.expect_code(0);
                println!("{command}: ended by {end:?} {ended} times; then {}", outcome.stdout.trim());
                return;
            }
        }
        ended += 1;
        workload.check();
        let expanded = "SELECT count(*) FROM _schema_steps WHERE phase = 'backfill'";
        if command == "apply"
            && subject.database.value("SELECT to_regclass('_schema_steps') IS NOT NULL").await == "t"
            && subject.database.value(expanded).await != "0"
        {
            workload.enter(Stage::Expanded).await;
        }
    }
}

async fn survives(end: End) {
    for major in majors() {
        let seed: u64 = rand::random();
        println!("PostgreSQL {major}, {end:?}, seed {seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let subject = Subject::new(major, Rename::unique(30_000)).await;
        let workload = subject.writers().await;
        insist(&subject, &workload, "apply", end, &mut random).await;
        workload.enter(Stage::Filled).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        workload.enter(Stage::New).await;
        subject.application.run(&["confirm", "v2"]).await.expect_code(0);
        insist(&subject, &workload, "contract", end, &mut random).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        workload.finish(&subject.database.pool, &subject.rename.case().new).await;
        subject.is_like_made_anew().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_at_random_moments_lose_nothing() {
    survives(End::Kill).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_connections_at_random_moments_lose_nothing() {
    survives(End::Terminate).await;
}
