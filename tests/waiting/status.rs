//! `status`: what a run does, whether it lives, and what was before.

use serde_json::Value;
use tests::application::finish;
use tests::majors;
use tests::workload::rename::Rename;

use crate::support::Subject;

async fn json(subject: &Subject) -> Value {
    let status = subject.application.run(&["status", "--format", "json"]).await.expect_code(0);
    serde_json::from_str(&status.stdout).expect("JSON")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_is_seen_from_elsewhere_and_so_is_its_end() {
    for major in majors() {
        let subject = Subject::with_a_gate(major, Rename::indexed(2_000)).await;
        // The number of rows is the planner's guess.
        subject.database.execute("ANALYZE users").await;
        let pending = subject.application.run(&["status", "--exit-code"]).await.expect_code(3);
        assert!(pending.stdout.contains("pending"), "{}", pending.stdout);
        let gate = subject.close_the_gate().await;
        let apply = subject.application.spawn(&["apply"]);
        subject.wait_at_the_gate().await;
        subject.wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE rows_done > 0 AND rows_total IS NOT NULL").await;
        let status = subject.application.run(&["status"]).await.expect_code(0);
        assert!(status.stdout.starts_with("at work: `apply` by postgres on "), "{}", status.stdout);
        assert!(status.stdout.contains("expand 1 of 1, backfill 0 of "), "{}", status.stdout);
        assert!(status.stdout.contains(" rows filled of about 2000 ("), "{}", status.stdout);
        let found = json(&subject).await;
        assert_eq!(found["runner_is_gone"], false);
        let step = &found["migrations"][1]["steps"][1];
        let (rows, left) = (step["rows"].as_i64().expect("rows"), step["rows_left"].as_i64().expect("rows"));
        assert!(rows > 0 && rows + left >= 2_000, "{step}");
        assert_eq!(found["migrations"][1]["phases"][1]["phase"], "backfill", "{found}");

        let watch = subject.application.spawn(&["status", "--watch"]);
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        apply.kill();
        let gone = subject.application.run(&["status"]).await.expect_code(0);
        assert!(gone.stdout.starts_with("gone without an end: `apply`"), "{}", gone.stdout);
        assert!(!gone.stdout.contains("to go"), "nobody fills: {}", gone.stdout);
        drop(gate);
        subject.application.run(&["apply"]).await.expect_code(0);
        let watched = finish(watch).await.expect_code(0);
        assert!(watched.stdout.contains("at work: `apply`") && !watched.stdout.contains('\x1b'), "{}", watched.stdout);
        let last = watched.stdout.rsplit_once("\ndone ").map_or(watched.stdout.as_str(), |(_, last)| last);
        assert!(last.contains("\nopen "), "it looks until nothing is under way: {}", watched.stdout);
        assert!(last.contains("gate closed       confirmation: no release is confirmed"), "{}", watched.stdout);
        subject.remove_the_gate().await;
        subject.contract(None).await;
        let done = subject.application.run(&["status", "--exit-code"]).await.expect_code(0);
        assert_eq!(done.stdout.lines().filter(|line| line.starts_with("done ")).count(), 2, "{}", done.stdout);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_rolled_back_stays_in_the_history() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(50)).await;
        for command in ["apply", "rollback", "apply"] {
            subject.application.run(&[command]).await.expect_code(0);
        }
        let short = subject.application.run(&["status"]).await.expect_code(0);
        assert!(!short.stdout.contains("attempt"), "{}", short.stdout);
        let long = subject.application.run(&["status", "--verbose"]).await.expect_code(0);
        let attempts: Vec<_> = long.stdout.lines().filter(|line| line.contains("attempt ")).collect();
        assert_eq!(attempts.len(), 3, "{}", long.stdout);
        assert!(attempts[1].contains("attempt 1: begun at") && attempts[1].contains("rolled back at"), "{attempts:?}");
        assert!(attempts[2].contains("attempt 2") && attempts[2].contains("open"), "{attempts:?}");
        assert_eq!(json(&subject).await["migrations"][1]["earlier_attempts"][0]["state"], "rolled back");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_index_of_a_managed_table_is_named() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(50)).await;
        subject
            .database
            .execute("UPDATE users SET note = 'same'; CREATE TABLE other (a int); INSERT INTO other VALUES (1), (1)")
            .await;
        for build in ["users_note ON users (note)", "other_a ON other (a)"] {
            let failed = subject.database.attempt(format!("CREATE UNIQUE INDEX CONCURRENTLY {build}")).await;
            failed.expect_err("there are duplicates");
        }
        let status = subject.application.run(&["status"]).await.expect_code(0);
        assert!(status.stdout.contains("index public.users_note of public.users is INVALID"), "{}", status.stdout);
        assert!(!status.stdout.contains("other_a"), "{}", status.stdout);
        assert_eq!(json(&subject).await["invalid_indexes"][0]["index"], "public.users_note");
    }
}
