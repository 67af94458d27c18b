//! Evidence that somebody goes without, and what is recorded of roll-outs.

use tests::majors;

use crate::support::Subject;

#[tokio::test]
async fn what_is_waived_stands_in_the_history_with_its_reason() {
    for major in majors() {
        let subject = Subject::new(major).await;
        subject.confirm().await;
        subject.database.execute("CREATE PUBLICATION p FOR TABLE t; UPDATE t SET o = 'b' WHERE id = 1").await;
        subject.is_closed_by(&["writes", "subscribers"]).await;
        let run = async |more: &[&str], code| {
            subject.application.run(&[&["contract"], more].concat()).await.expect_code(code)
        };
        run(&["--waive", "subscribers"], 2).await;
        run(&["--waive", "subscribers", "--reason", " "], 2).await;
        // What would lose values isn't on offer.
        for unknown in ["rows", "backfill", "everything"] {
            let wrong = run(&["--waive", unknown, "--reason", "why not"], 2).await;
            assert!(wrong.stderr.contains("possible values: "), "{}", wrong.stderr);
        }
        // One of two is not enough, and nothing is recorded of a contract that doesn't begin.
        let refused = run(&["--waive", "subscribers", "--reason", "ticket 4711"], 5).await;
        assert!(refused.stderr.contains("\nwrites: ") || refused.stderr.contains("writes: 1"), "{}", refused.stderr);
        assert_eq!(subject.database.value("SELECT count(*) FROM _schema_waivers").await, "0");
        let done = run(&["--waive", "subscribers", "--waive", "writes", "--reason", "ticket 4711"], 0).await;
        assert!(done.stderr.contains("waived") || done.stdout.contains("waived"), "{}{}", done.stdout, done.stderr);
        let recorded =
            subject.database.rows("SELECT evidence, reason, waived_by FROM _schema_waivers ORDER BY number").await;
        assert_eq!(recorded, ["writes | ticket 4711 | postgres", "subscribers | ticket 4711 | postgres"]);
        let status = subject.status().await;
        assert!(
            status.contains("subscribers was waived by postgres on ") && status.contains(": ticket 4711"),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_release_is_recorded_and_opens_nothing() {
    for major in majors() {
        let subject = Subject::new(major).await;
        subject.application.run(&["release", "v2", "--commit", "1f3870be"]).await.expect_code(0);
        subject.application.run(&["release", " "]).await.expect_code(2);
        let status = subject.status().await;
        assert!(status.contains("release v2 (commit 1f3870be) was rolled out at "), "{status}");
        subject.is_closed_by(&["confirmation"]).await;
    }
}
