//! Concurrent index builds that fail, are killed, or are still at work.

use tests::application::finish;
use tests::majors;
use tests::workload::rename::Rename;

use crate::support::Subject;

const INVALID: &str = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
const BUILDS: &str = "SELECT count(*) > 0 FROM pg_stat_activity WHERE query ILIKE 'CREATE%INDEX CONCURRENTLY%'
    AND wait_event_type = 'Lock' AND datname = current_database()";
const NO_BUILD: &str = "SELECT count(*) = 0 FROM pg_stat_activity WHERE query ILIKE 'CREATE%INDEX CONCURRENTLY%'
    AND state = 'active' AND datname = current_database() AND pid <> pg_backend_pid()";
/// The new column's index under the name that it is built with.
const INDEX: &str = "SELECT indexrelid FROM pg_index JOIN pg_attribute ON attrelid = indexrelid
    WHERE indrelid = 'users'::regclass AND attname = 'display_name'";

/// A session that holds a concurrent build up: the build waits for its snapshot. It reads another table, so that
/// expand isn't held up.
async fn old_snapshot(subject: &Subject) -> crate::support::Session {
    subject.session("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_am").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_that_goes_on_after_a_kill_is_waited_for() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(2_000)).await;
        let reader = old_snapshot(&subject).await;
        let apply = subject.application.spawn(&["apply"]);
        subject.wait_for(BUILDS).await;
        apply.kill();
        subject.wait_for(BUILDS).await;
        let begun = subject.database.value(INDEX).await;
        let mut again = subject.application.spawn(&["apply"]);
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        if !again.is_running() {
            panic!("it did not wait: {:?}", finish(again).await);
        }
        drop(reader);
        let done = finish(again).await.expect_code(0);
        assert!(done.stdout.contains("was done: create index users_display_name_idx"), "{}", done.stdout);
        assert_eq!(subject.database.value(INDEX).await, begun, "it is the index that was begun");
        assert_eq!(subject.database.value(INVALID).await, "0");
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_index_that_nobody_builds_is_built_again() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(2_000)).await;
        let reader = old_snapshot(&subject).await;
        let apply = subject.application.spawn(&["apply"]);
        subject.wait_for(BUILDS).await;
        apply.kill();
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ILIKE 'CREATE%INDEX CONCURRENTLY%' AND datname = current_database() AND pid <> pg_backend_pid()";
        subject.database.rows(end).await;
        subject.wait_for(NO_BUILD).await;
        assert_eq!(subject.database.value(INVALID).await, "1", "the build has left its index");
        let begun = subject.database.value(INDEX).await;
        drop(reader);
        subject.application.run(&["apply"]).await.expect_code(0);
        assert_ne!(subject.database.value(INDEX).await, begun, "it is another index");
        assert_eq!(subject.database.value(INVALID).await, "0");
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}

/// The duplicate comes after the gate has counted none, while the build is under way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_that_meets_duplicates_leaves_nothing_invalid() {
    let rename = Rename::indexed(100);
    for major in majors() {
        let subject = Subject::new(major, rename).await;
        subject.application.run(&["apply"]).await.expect_code(0);
        subject.contract(None).await;
        let unique = rename.new_source().replace("    pub note", "    #[db(unique)]\n    pub note");
        subject.application.migrate_to(&unique, &[]).await;
        subject.application.run(&["apply"]).await.expect_code(0);
        subject.application.run(&["confirm", "v3"]).await.expect_code(0);
        let mut writer = subject.session("BEGIN; INSERT INTO users (display_name, note) VALUES ('x', 'note 5')").await;
        let contract = subject.application.spawn(&["contract"]);
        subject.wait_for(BUILDS).await;
        writer.run("COMMIT").await;
        let failed = finish(contract).await.expect_code(1);
        assert!(failed.stderr.contains("3_contract.sql:") && failed.stderr.contains("note 5"), "{}", failed.stderr);
        assert_eq!(subject.database.value(INVALID).await, "0");
        // The same command again says so again, until the duplicate is gone.
        let again = subject.application.run(&["contract"]).await;
        assert!([1, 5].contains(&again.code()), "{again:?}");
        assert_eq!(subject.database.value(INVALID).await, "0");
        subject.database.execute("DELETE FROM users WHERE display_name = 'x'").await;
        subject.application.run(&["contract"]).await.expect_code(0);
        subject.application.run(&["diff", "--exit-code"]).await.expect_code(0);
    }
}

/// A build that waits for a snapshot longer than its lock time-out is given up, and what it leaves is removed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_that_waits_too_long_is_given_up() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(200)).await;
        let file = subject.application.newest_migration().join("2_backfill.sql");
        let text = std::fs::read_to_string(&file).expect("a file");
        std::fs::write(&file, text.replace("lock_timeout: 0 ", "lock_timeout: 1s ")).expect("a file");
        let reader = old_snapshot(&subject).await;
        let given_up = subject.application.run(&["apply"]).await.expect_code(6);
        assert!(given_up.stderr.contains("lock timeout"), "{}", given_up.stderr);
        assert_eq!(subject.database.value(INVALID).await, "0");
        drop(reader);
        subject.application.run(&["apply"]).await.expect_code(0);
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}
