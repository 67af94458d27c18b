//! The way back in the middle of everything, with writers of the old release.

use std::time::Duration;

use tests::majors;
use tests::oracle::difference;
use tests::workload::Stage;
use tests::workload::rename::Rename;

use crate::support::{Subject, listing};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rollback_anywhere_loses_nothing_and_can_be_repeated() {
    for major in majors() {
        let subject = Subject::new(major, Rename::unique(30_000)).await;
        let before = listing(&subject.database).await;
        let workload = subject.writers().await;
        // In the middle of the backfill.
        let apply = subject.application.spawn(&["apply"]);
        subject.wait_for_backfill(|backfill| backfill.rows > 5_000).await;
        apply.kill();
        subject.application.run(&["rollback"]).await.expect_code(0);
        assert_eq!(difference(&before, &listing(&subject.database).await), "");
        workload.check();
        // After it, with both releases at work until a moment ago.
        subject.application.run(&["apply"]).await.expect_code(0);
        workload.enter(Stage::Filled).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        workload.go_back().await;
        subject.application.run(&["rollback"]).await.expect_code(0);
        assert_eq!(difference(&before, &listing(&subject.database).await), "");
        subject.application.run(&["rollback"]).await.expect_code(5);
        // Killed on the way back.
        subject.application.run(&["apply"]).await.expect_code(0);
        let rollback = subject.application.spawn(&["rollback"]);
        tokio::time::sleep(Duration::from_millis(60)).await;
        rollback.kill();
        let finished = subject.application.run(&["rollback"]).await;
        assert!([0, 5].contains(&finished.code()), "{finished:?}");
        assert_eq!(difference(&before, &listing(&subject.database).await), "");

        subject.application.run(&["apply"]).await.expect_code(0);
        workload.enter(Stage::Filled).await;
        subject.contract(Some(&workload)).await;
        let late = subject.application.run(&["rollback"]).await.expect_code(5);
        assert!(late.stderr.contains("can't be rolled back"), "{}", late.stderr);
        workload.finish(&subject.database.pool, &subject.rename.case().new).await;
        subject.is_like_made_anew().await;
    }
}
