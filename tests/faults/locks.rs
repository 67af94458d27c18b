//! Locks that others hold: given up in time, with their names; writers go on meanwhile.

use std::time::{Duration, Instant};

use tests::application::finish;
use tests::majors;
use tests::waits::Waits;
use tests::workload::rename::Rename;

use crate::support::{Subject, listing};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_another_session_holds_is_given_up_and_named() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(2_000)).await;
        let before = listing(&subject.database).await;
        let workload = subject.writers().await;
        for held in ["LOCK TABLE users IN ROW EXCLUSIVE MODE", "LOCK TABLE users IN SHARE UPDATE EXCLUSIVE MODE"] {
            let mut holder = subject.session(&format!("BEGIN; {held}")).await;
            let waits = Waits::watch(&subject.database.url).await;
            let begun = Instant::now();
            let refused = subject.application.run(&["apply", "--lock-patience", "2"]).await.expect_code(6);
            let (taken, waited) = (begun.elapsed(), waits.stop().await);
            println!("{held} on {major}: given up after {taken:?}; {waited}");
            let who = format!("pid {} (postgres, somebody else, idle in transaction)", holder.pid);
            assert!(refused.stderr.contains(&who) && refused.stderr.contains(held), "{who}\n{}", refused.stderr);
            assert!(taken < Duration::from_secs(20), "{taken:?}");
            assert_eq!(listing(&subject.database).await, before, "nothing was changed");
            workload.check();
            holder.run("COMMIT").await;
        }
        subject.application.run(&["apply", "--lock-patience", "30"]).await.expect_code(0);
        workload.enter(tests::workload::Stage::Filled).await;
        subject.contract(Some(&workload)).await;
        workload.finish(&subject.database.pool, &subject.rename.case().new).await;
        subject.is_like_made_anew().await;
    }
}

/// The contract's lock is tried for again and again, and comes when the holder is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_is_held_for_a_while_is_waited_for() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(2_000)).await;
        subject.application.run(&["apply"]).await.expect_code(0);
        subject.application.run(&["confirm", "v2"]).await.expect_code(0);
        let holder = subject.session("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE").await;
        let mut contract = subject.application.spawn(&["contract"]);
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(contract.is_running(), "it does not give up at once");
        drop(holder);
        finish(contract).await.expect_code(0);
        subject.is_like_made_anew().await;
    }
}

/// A reader that is in its transaction for long has a lock that a new column must wait for, and a snapshot that a
/// concurrent index build must wait for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_in_a_long_transaction_is_named_or_waited_for() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(2_000)).await;
        subject.database.execute("CREATE TABLE elsewhere (n int)").await;
        let reader = subject.session("BEGIN; SELECT count(*) FROM users").await;
        let refused = subject.application.run(&["apply", "--lock-patience", "1"]).await.expect_code(6);
        assert!(refused.stderr.contains("SELECT count(*) FROM users"), "{}", refused.stderr);
        assert!(refused.stderr.contains(&format!("pid {}", reader.pid)), "{}", refused.stderr);
        drop(reader);
        let reader = subject.session("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM elsewhere").await;
        let apply = subject.application.spawn(&["apply"]);
        let waits = "SELECT count(*) > 0 FROM pg_stat_activity WHERE query ILIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock' AND datname = current_database()";
        subject.wait_for(waits).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        drop(reader);
        finish(apply).await.expect_code(0);
        subject.database.execute("DROP TABLE elsewhere").await;
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}
