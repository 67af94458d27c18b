//! `pause`, `resume` and the rate, while a backfill is at work.

use tests::application::finish;
use tests::majors;

use crate::subject::{PLAIN, Subject};

const WAITING: &str = "SELECT coalesce(max(waiting), '') FROM _schema_steps WHERE phase = 'backfill'";
const ROWS: &str = "SELECT coalesce(max(rows_done), 0) FROM _schema_steps WHERE phase = 'backfill'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backfill_is_paused_slowed_down_and_resumed() {
    for major in majors() {
        let subject = Subject::new(major, PLAIN, 20_000).await;
        let apply = subject.application.spawn(&["apply", "--format", "json", "--rate", "2000"]);
        subject.wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE rows_done > 0").await;
        let paused = subject.application.run(&["pause"]).await.expect_code(0);
        assert!(
            paused.stdout.contains("`apply` by") && paused.stdout.contains("cargo schema resume"),
            "{}",
            paused.stdout
        );
        subject.wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE waiting LIKE '%paused by%'").await;
        let rows = subject.database.value(ROWS).await;
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        assert_eq!(subject.database.value(ROWS).await, rows, "nothing is filled meanwhile");
        let none_open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'schema-diff%' AND state LIKE 'idle in%' AND xact_start < clock_timestamp() - interval '1 second'";
        assert_eq!(
            subject.database.value(none_open).await,
            "0",
            "no transaction is left open; that of a heartbeat is over at once"
        );

        subject.application.run(&["resume", "--rate", "3000"]).await.expect_code(0);
        subject
            .wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE waiting IS NULL AND rate BETWEEN 500 AND 4500")
            .await;
        subject.application.run(&["resume", "--rate", "1000000"]).await.expect_code(0);
        let done = finish(apply).await.expect_code(0);
        let events: Vec<serde_json::Value> = done
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect();
        let of_backfill: Vec<_> = events.iter().filter(|event| event["event"] == "backfill").collect();
        assert!(of_backfill.iter().any(|event| event["waiting"].as_str().is_some_and(|why| why.contains("paused by"))));
        assert!(of_backfill.iter().any(|event| event["seconds_left"].is_number() && event["rate"].is_number()));
        assert_eq!(subject.database.value(WAITING).await, "");
        subject.confirm_and_contract().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_that_nobody_hears_holds_for_the_next_run() {
    let subject = Subject::new(majors()[0], PLAIN, 100).await;
    let paused = subject.application.run(&["pause"]).await.expect_code(0);
    assert!(paused.stdout.contains("nobody is at work"), "{}", paused.stdout);
    let apply = subject.application.spawn(&["apply"]);
    subject.wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE waiting LIKE '%paused by%'").await;
    subject.application.run(&["resume"]).await.expect_code(0);
    let done = finish(apply).await.expect_code(0);
    assert!(done.stdout.contains("waiting for `cargo schema resume`"), "{}", done.stdout);
    subject.confirm_and_contract().await;
}
