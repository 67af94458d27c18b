//! Instances that start: one works, the others wait or find nothing to do; an old one is never kept from starting.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use schema_diff::Migrator;
use schema_diff::apply::{ApplyError, Event, Listener};
use schema_diff::dialect::postgres::history::MigrationState;
use tests::majors;
use tests::workload::Stage;
use tests::workload::rename::{Rename, UNEQUAL};

use crate::support::Subject;

fn migrator(subject: &Subject) -> Migrator {
    Migrator::load(subject.application.path().join("migrations")).expect("its migrations")
}

const LONG: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_instances_one_works_and_the_others_find_nothing_to_do() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(3_000)).await;
        let workload = subject.writers().await;
        let instances: Vec<_> = (0..10)
            .map(|_| {
                let (migrator, pool) = (migrator(&subject).wait_for_others(LONG), subject.database.pool.clone());
                tokio::spawn(async move { migrator.apply(&pool).await })
            })
            .collect();
        let mut worked = 0;
        for instance in instances {
            let outcome = instance.await.expect("no panic").expect("every instance starts");
            worked += outcome.done.len();
            assert!(outcome.done.iter().all(|done| done.state == MigrationState::Open), "{outcome:?}");
        }
        assert_eq!(worked, 1, "one of them");
        assert_eq!(subject.database.value(UNEQUAL).await, "0");
        let status = migrator(&subject).status(&subject.database.pool).await.expect("a status");
        let states: Vec<_> = status.migrations.iter().map(|migration| migration.state).collect();
        assert_eq!(states, [MigrationState::Done, MigrationState::Open], "never the contract of a live database");
        workload.enter(Stage::Filled).await;
        subject.contract(Some(&workload)).await;
        workload.finish(&subject.database.pool, &subject.rename.case().new).await;
        subject.is_like_made_anew().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_runner_is_an_error_or_waited_for() {
    for major in majors() {
        let subject = Subject::with_a_gate(major, Rename::indexed(1_000)).await;
        let gate = subject.close_the_gate().await;
        let apply = subject.application.spawn(&["apply"]);
        subject.wait_at_the_gate().await;
        let error = migrator(&subject).apply(&subject.database.pool).await.expect_err("somebody is at work");
        assert!(matches!(&error, ApplyError::Lease(holder) if holder.command == "apply"), "{error}");

        let heard = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&heard);
        let listener = Listener::new(move |event| {
            if let Event::Waiting(what) = event {
                told.lock().expect("nobody panics").push((*what).to_owned());
            }
        });
        let (patient, pool) =
            (migrator(&subject).wait_for_others(LONG).listener(listener), subject.database.pool.clone());
        let waiting = tokio::spawn(async move { patient.apply(&pool).await });
        while heard.lock().expect("nobody panics").is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(!waiting.is_finished());
        let what = heard.lock().expect("nobody panics")[0].clone();
        assert!(what.starts_with("another runner: `apply` by postgres"), "{what}");
        drop(gate);
        let outcome = waiting.await.expect("no panic").expect("it waits for the other");
        assert!(outcome.done.is_empty(), "the other has done it");
        tests::application::finish(apply).await.expect_code(0);
    }
}

/// Release N is started again, as after a crash, while the migration to N+1 is under way, open, and done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_of_the_old_release_starts_at_any_moment() {
    for major in majors() {
        let subject = Subject::with_a_gate(major, Rename::indexed(1_000)).await;
        let migrations = subject.application.path().join("migrations");
        let of_old = tempfile::tempdir().expect("a folder");
        let first = std::fs::read_dir(&migrations).expect("a folder").flatten().map(|entry| entry.path()).min();
        let first = first.expect("a migration");
        let copy = of_old.path().join(first.file_name().expect("a name"));
        std::fs::create_dir(&copy).expect("made");
        for file in std::fs::read_dir(&first).expect("a folder").flatten() {
            std::fs::copy(file.path(), copy.join(file.file_name())).expect("copied");
        }
        let old = Migrator::load(of_old.path()).expect("release N's migrations");
        let start = async |when: &str| {
            let outcome = old.apply(&subject.database.pool).await.unwrap_or_else(|error| panic!("{when}: {error}"));
            assert!(outcome.done.is_empty(), "{when}");
        };
        start("before").await;
        let gate = subject.close_the_gate().await;
        let apply = subject.application.spawn(&["apply"]);
        subject.wait_at_the_gate().await;
        start("while the backfill runs").await;
        drop(gate);
        tests::application::finish(apply).await.expect_code(0);
        start("while both forms are there").await;
        subject.contract(None).await;
        start("afterwards").await;
        // What is in the history and older than what is known here, though, is a wrong working tree.
        let newest = std::fs::read_dir(&migrations).expect("a folder").flatten().map(|entry| entry.path()).max();
        let gap = Migrator::load(tempfile::tempdir().expect("a folder").path()).expect("an empty folder");
        assert!(gap.apply(&subject.database.pool).await.expect("nothing to do").done.is_empty());
        std::fs::remove_dir_all(&copy).expect("our own folder");
        let newest = newest.expect("a migration");
        let moved = of_old.path().join(newest.file_name().expect("a name"));
        std::fs::rename(&newest, &moved).expect("moved");
        let gap = Migrator::load(of_old.path()).expect("its migrations");
        let error = gap.apply(&subject.database.pool).await.expect_err("the first one is missing");
        assert!(matches!(error, ApplyError::Missing { .. }), "{error}");
    }
}
