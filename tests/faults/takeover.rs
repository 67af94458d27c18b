//! Two runners: the second is told so and changes nothing, unless the first is dead.

use std::time::Duration;

use tests::workload::rename::Rename;
use tests::{majors, process};

use crate::support::{Subject, listing};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_runner_is_told_so_and_changes_nothing() {
    for major in majors() {
        let subject = Subject::with_a_gate(major, Rename::indexed(2_000)).await;
        let refused = subject.application.run(&["confirm", "v2"]).await.expect_code(5);
        assert!(refused.stderr.contains("no migration waits for its contract"), "{}", refused.stderr);
        let idle = subject.application.run(&["contract"]).await.expect_code(0);
        assert!(idle.stdout.contains("nothing to contract"), "{}", idle.stdout);

        let gate = subject.close_the_gate().await;
        let apply = subject.application.spawn(&["apply"]);
        subject.wait_at_the_gate().await;
        let history = "SELECT version, attempt, phase, step, state, attempts FROM _schema_steps ORDER BY 1, 2, 3, 4";
        let before = (listing(&subject.database).await, subject.database.rows(history).await);
        for command in [&["apply"][..], &["contract"], &["confirm", "v2"], &["rollback"]] {
            let second = subject.application.run(command).await.expect_code(6);
            let who = format!("`apply` by postgres on {}, process {}, since 20", host(), apply.id());
            assert!(second.stderr.contains(&who), "{command:?}: {who}\n{}", second.stderr);
        }
        assert_eq!((listing(&subject.database).await, subject.database.rows(history).await), before);

        // Nobody is at work any more, but the backfill isn't complete.
        apply.kill();
        let closed = subject.application.run(&["contract"]).await.expect_code(5);
        assert!(closed.stderr.contains("the backfill is not complete"), "{}", closed.stderr);
        let closed = subject.application.run(&["confirm", "v2"]).await.expect_code(5);
        assert!(closed.stderr.contains("is not complete; run `cargo schema apply` first"), "{}", closed.stderr);

        drop(gate);
        subject.application.run(&["apply"]).await.expect_code(0);
        let again = subject.application.run(&["apply"]).await.expect_code(0);
        assert!(again.stdout.contains("nothing to apply"), "{}", again.stdout);
        let closed = subject.application.run(&["contract"]).await.expect_code(5);
        assert!(closed.stderr.contains("cargo schema confirm RELEASE"), "{}", closed.stderr);
        subject.contract(None).await;
        subject.remove_the_gate().await;
        subject.is_like_made_anew().await;
    }
}

/// A run that is killed while it takes the lease, before its first heartbeat, doesn't keep the next one out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_first_moments_keeps_nobody_out() {
    let subject = Subject::new(majors()[0], Rename::indexed(10)).await;
    for _ in 0..40 {
        let first = subject.application.spawn(&["confirm", "v0"]);
        let taken = "SELECT count(*) > 0 FROM _schema_lease";
        let deadline = tokio::time::Instant::now() + Duration::from_secs(2);
        while subject.database.value(taken).await != "t" && tokio::time::Instant::now() < deadline {}
        first.kill();
        // Told that there is nothing to confirm, not that another one is at work.
        let next = subject.application.run(&["confirm", "v0"]).await;
        assert_eq!(next.code(), 5, "{}", next.stderr);
    }
}

/// A runner that was stopped for too long is taken for dead; when it wakes up it does nothing more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_runner_that_wakes_up_late_is_fenced_off() {
    let subject = Subject::with_a_gate(majors()[0], Rename::indexed(2_000)).await;
    let gate = subject.close_the_gate().await;
    let first = subject.application.spawn(&["apply"]);
    subject.wait_at_the_gate().await;
    process::signal("STOP", first.id());
    subject.application.run(&["apply"]).await.expect_code(6);
    tokio::time::sleep(Duration::from_secs(16)).await;
    let second = subject.application.spawn(&["apply"]);
    subject.wait_for_backfill(|backfill| backfill.attempts == 2).await;
    process::signal("CONT", first.id());
    let late = tests::application::finish(first).await;
    assert_eq!(late.code(), 6, "{late:?}");
    assert!(late.stderr.contains("was taken for dead and another took over"), "{}", late.stderr);
    assert!(late.stderr.contains("`cargo schema status`"), "{}", late.stderr);
    drop(gate);
    tests::application::finish(second).await.expect_code(0);
    subject.contract(None).await;
    subject.remove_the_gate().await;
    subject.is_like_made_anew().await;
}

/// The heartbeat's connection breaks, as by somebody who ends idle sessions: it is made anew, and the run goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_heartbeat_that_breaks_off_beats_again() {
    let subject = Subject::with_a_gate(majors()[0], Rename::indexed(2_000)).await;
    let gate = subject.close_the_gate().await;
    let apply = subject.application.spawn(&["apply"]);
    subject.wait_at_the_gate().await;
    let beats = "application_name LIKE 'schema-diff heartbeat %' AND datname = current_database()";
    let before = subject.database.value("SELECT clock_timestamp()::text").await;
    let ended = format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {beats}");
    assert_eq!(subject.database.value(ended).await, "1");
    // The one that was ended is shown for a moment longer.
    let anew = format!("SELECT count(*) = 1 FROM pg_stat_activity WHERE {beats} AND backend_start > '{before}'");
    subject.wait_for(&anew).await;
    let second = subject.application.run(&["apply"]).await.expect_code(6);
    assert!(second.stderr.contains("another runner is at work"), "{}", second.stderr);
    drop(gate);
    tests::application::finish(apply).await.expect_code(0);
    subject.contract(None).await;
    subject.remove_the_gate().await;
    subject.is_like_made_anew().await;
}

fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").map(|name| name.trim().to_owned()).unwrap_or_default()
}
