//! A concurrent build waits for transactions that were there before it: they are named before and meanwhile.

use std::time::Duration;

use tests::application::finish;
use tests::majors;
use tests::workload::rename::Rename;

use crate::idle::Idle;
use crate::support::Subject;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_snapshot_is_named_before_the_build_and_while_it_waits() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(500)).await;
        let idle = Idle::watch(&subject.database.url).await;
        let reader = subject.session("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_am").await;
        let old = format!(
            "SELECT xact_start < clock_timestamp() - interval '6 s' FROM pg_stat_activity WHERE pid = {}",
            reader.pid
        );
        subject.wait_for(&old).await;
        let apply = subject.application.spawn(&["apply"]);
        let who = format!("pid {} (postgres, somebody else, idle in transaction) has been open for", reader.pid);
        let waits = format!(
            "SELECT count(*) > 0 FROM _schema_steps WHERE waiting LIKE 'waiting for old snapshots%held up by {who}%'"
        );
        subject.wait_for(&waits).await;
        let status = subject.application.run(&["status"]).await.expect_code(0);
        assert!(status.stdout.contains(&who), "{}", status.stdout);
        drop(reader);
        let done = finish(apply).await.expect_code(0);
        let (before, meanwhile) = done.stdout.split_once("waiting for \"create index").expect("it waits");
        assert!(before.contains("\" must wait for the end of:") && before.contains(&who), "{}", done.stdout);
        assert!(meanwhile.contains(&who), "{}", done.stdout);
        subject.contract(None).await;
        idle.stop().await;
        subject.is_like_made_anew().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prepared_transaction_that_a_build_waits_for_is_named() {
    for major in majors() {
        let subject = Subject::with_a_gate(major, Rename::indexed(500)).await;
        let gate = subject.close_the_gate().await;
        let apply = subject.application.spawn(&["apply"]);
        subject.wait_at_the_gate().await;
        let gid = format!("left {}", rand::random::<u32>());
        let write = "INSERT INTO users (user_name, note) VALUES ('late', 'x')";
        subject.session(&format!("BEGIN; {write}; PREPARE TRANSACTION '{gid}'")).await;
        drop(gate);
        let waits = format!(
            "SELECT count(*) > 0 FROM _schema_steps WHERE waiting LIKE '%held up by prepared transaction ''{gid}''%'"
        );
        subject.wait_for(&waits).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        subject.database.execute(format!("COMMIT PREPARED '{gid}'")).await;
        let done = finish(apply).await.expect_code(0);
        assert!(done.stdout.contains("\" must wait for the end of:\n    prepared transaction"), "{}", done.stdout);
        assert_eq!(subject.database.value("SELECT display_name FROM users WHERE user_name = 'late'").await, "late");
    }
}
