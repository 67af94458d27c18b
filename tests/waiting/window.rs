//! Strong locks at night only.

use schema_diff::dialect::postgres::window::{Opening, opening};
use sqlx::{Connection, PgConnection};
use tests::application::finish;
use tests::majors;
use tests::workload::rename::{Rename, UNEQUAL};

use crate::idle::Idle;
use crate::support::{Subject, listing};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_may_go_over_midnight_and_has_a_time_zone() {
    for major in majors() {
        let database = tests::Server::shared(major).await.fresh_database().await;
        let mut connection = PgConnection::connect(&database.url).await.expect("a connection");
        // Of each pair that is a whole day together, one goes over midnight, whatever the time is.
        for (from, until, open) in
            [(-60, 60, true), (60, -60, false), (60, 120, false), (120, 60, true), (-120, -60, false)]
        {
            let (start, end) = (database.clock(from).await, database.clock(until).await);
            let found = opening(&mut connection, &start, &end, "UTC").await.expect("an answer");
            assert_eq!(found.open, open, "{start}-{end}");
            let expected = f64::from((from + 1_440) % 1_440) * 60.0;
            assert!((found.seconds - expected).abs() < 120.0, "{start}-{end}: {found:?}, not {expected}");
        }
        // Nepal is 5:45 ahead all the year round.
        let (from, until) = (database.clock(285).await, database.clock(405).await);
        let found = opening(&mut connection, &from, &until, "Asia/Kathmandu").await.expect("an answer");
        let Opening { open, at, .. } = found;
        assert!(open && at.ends_with(" Asia/Kathmandu"), "{at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outside_the_window_nothing_that_blocks_is_done() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(500)).await;
        let closed = subject.database.window(120, 180).await;
        let before = listing(&subject.database).await;
        let refused = subject.application.run(&["apply", "--between", &closed, "--no-wait"]).await.expect_code(6);
        assert!(
            refused.stderr.contains("takes a strong lock") && refused.stderr.contains(&closed),
            "{}",
            refused.stderr
        );
        assert_eq!(listing(&subject.database).await, before);
        let unknown = subject.application.run(&["apply", "--between", "01:00-02:00 Middle/Earth"]).await.expect_code(2);
        assert!(unknown.stderr.contains("Middle/Earth"), "{}", unknown.stderr);
        let wrong = subject.application.run(&["apply", "--between", "always"]).await.expect_code(2);
        assert!(wrong.stderr.contains("`always` is no window"), "{}", wrong.stderr);

        let idle = Idle::watch(&subject.database.url).await;
        let waiting = subject.application.spawn(&["apply", "--between", &closed]);
        subject.wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE waiting LIKE 'the window%'").await;
        let second = subject.application.run(&["apply"]).await.expect_code(6);
        assert!(second.stderr.contains("another runner is at work"), "{}", second.stderr);
        let status = subject.application.run(&["status"]).await.expect_code(0);
        assert!(status.stdout.contains(&format!("the window {closed} UTC, which opens at")), "{}", status.stdout);
        let told = waiting.kill();
        assert!(told.stdout.contains("it goes on at"), "{}", told.stdout);

        let open = subject.database.window(-60, 600).await;
        subject.application.run(&["apply", "--between", &open]).await.expect_code(0);
        subject.application.run(&["confirm", "v2"]).await.expect_code(0);
        let refused = subject.application.run(&["contract", "--between", &closed, "--no-wait"]).await.expect_code(6);
        assert!(refused.stderr.contains("drop public.users.user_name"), "{}", refused.stderr);
        assert_eq!(subject.database.value(UNEQUAL).await, "0", "both forms are there");
        idle.stop().await;
        subject.application.run(&["contract", "--between", &open]).await.expect_code(0);
        subject.is_like_made_anew().await;
    }
}

/// The run goes on by itself when the window opens, which is within a minute.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_window_opens_the_run_goes_on() {
    for major in majors() {
        let subject = Subject::new(major, Rename::indexed(500)).await;
        let soon = subject.database.window(1, 600).await;
        let waiting = subject.application.spawn(&["apply", "--between", &soon]);
        let waited = finish(waiting).await.expect_code(0);
        assert!(waited.stdout.contains("expanded and backfilled"), "{}", waited.stdout);
        subject.contract(None).await;
        subject.is_like_made_anew().await;
    }
}
