//! The future is dropped at any of its awaits: nothing is lost, nobody is kept out, and the next run goes on.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use schema_diff::Migrator;
use schema_diff::apply::{ApplyError, Event, Listener};
use tests::majors;
use tests::workload::Stage;
use tests::workload::rename::{Rename, UNEQUAL};

use crate::support::Subject;

/// Lets a future be polled so many times, and no more; before the first step begins, and after that.
struct AtMost<'a, F> {
    future: Pin<&'a mut F>,
    begun: &'a AtomicBool,
    before: u32,
    after: u32,
}

impl<F: Future> Future for AtMost<'_, F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let left = if self.begun.load(Ordering::Relaxed) { &mut self.after } else { &mut self.before };
        if *left == 0 {
            return Poll::Ready(None);
        }
        *left -= 1;
        self.future.as_mut().poll(context).map(Some)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_dropped_at_any_await_is_resumed() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(500)).await;
        let workload = subject.writers().await;
        let migrator = Migrator::load(subject.application.path().join("migrations")).expect("its migrations");
        let begun = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&begun);
        let migrator = migrator.listener(Listener::new(move |event| {
            told.fetch_or(matches!(event, Event::StepStarted { .. }), Ordering::Relaxed);
        }));
        let (mut dropped, mut before) = (0, 1);
        let mut stages = BTreeSet::new();
        let outcome = loop {
            begun.store(false, Ordering::Relaxed);
            let outcome = {
                let future = pin!(migrator.apply(&subject.database.pool));
                AtMost { future, begun: &begun, before, after: 1 + dropped % 12 + dropped / 20 }.await
            };
            match outcome {
                Some(Ok(outcome)) => break outcome,
                // Not even for a moment does the lease of a run that is gone keep the next one out.
                Some(Err(error)) => panic!("dropped {dropped} times, then: {error}"),
                None => dropped += 1,
            }
            before += 2 * u32::from(!begun.load(Ordering::Relaxed));
            let done = "SELECT count(*), max(phase) FROM _schema_steps WHERE state = 'done' AND version = (SELECT max(version) FROM _schema_migrations)";
            stages.insert(subject.database.value(done).await);
        };
        println!("PostgreSQL {major}: dropped {dropped} times, at {} stages", stages.len());
        assert!(dropped >= 20 && stages.len() > 1, "it was dropped while it worked: {stages:?}");
        // Dropped after its last commit, it has left nothing to do.
        assert!(outcome.done.len() <= 1, "{outcome:?}");
        workload.check();
        let strays = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'schema-diff%' AND state LIKE 'idle in transaction%'";
        assert_eq!(subject.database.value(strays).await, "0");
        assert_eq!(subject.database.value(UNEQUAL).await, "0");
        workload.enter(Stage::Filled).await;
        subject.contract(Some(&workload)).await;
        workload.finish(&subject.database.pool, &subject.rename.case().new).await;
        subject.is_like_made_anew().await;
    }
}

/// A run that is dropped while it waits for somebody else's lock leaves nothing in the queue.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_waits_can_be_dropped() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(100)).await;
        let migrator = Migrator::load(subject.application.path().join("migrations")).expect("its migrations");
        let holder = subject.session("BEGIN; LOCK TABLE users IN ROW EXCLUSIVE MODE").await;
        let waiting = tokio::time::timeout(std::time::Duration::from_secs(2), migrator.apply(&subject.database.pool));
        waiting.await.expect_err("the lock is not to be had");
        let second = migrator.clone().lock_patience(std::time::Duration::from_millis(300));
        let error = second.apply(&subject.database.pool).await.expect_err("still not");
        assert!(matches!(error, ApplyError::Locked { .. }), "{error}");
        drop(holder);
        migrator.apply(&subject.database.pool).await.expect("now it goes through");
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}
