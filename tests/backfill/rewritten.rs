//! A table without a key that is written anew while its blocks are walked along: every row lies elsewhere then.

use tests::application::finish;
use tests::majors;

use crate::subject::{NO_KEY, Subject};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_was_rewritten_is_looked_through_again() {
    for major in majors() {
        let subject = Subject::new(major, NO_KEY, 20_000).await;
        // The rows at the end come to the beginning.
        subject.database.execute("CREATE INDEX backwards ON t ((-n))").await;
        let apply = subject.application.spawn(&["apply", "--rate", "4000"]);
        subject.wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE rows_done BETWEEN 3000 AND 15000").await;
        subject.application.run(&["pause"]).await.expect_code(0);
        subject.wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE waiting LIKE '%paused%'").await;
        subject.database.execute("CLUSTER t USING backwards").await;
        subject.application.run(&["resume", "--rate", "1000000"]).await.expect_code(0);
        let done = finish(apply).await.expect_code(0);
        assert!(done.stdout.contains("public.t was rewritten meanwhile"), "{}", done.stdout);
        subject.database.execute("DROP INDEX backwards").await;
        subject.confirm_and_contract().await;
    }
}
