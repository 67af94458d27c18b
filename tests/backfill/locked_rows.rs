//! A row that somebody keeps locked: everything else is filled, its holder is named, and the run gives up in time.

use sqlx::{Connection, PgConnection};
use tests::application::finish;
use tests::majors;

use crate::subject::{NO_KEY, PLAIN, Subject};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_holder_of_a_locked_row_is_named() {
    for major in majors() {
        for shape in [PLAIN, NO_KEY] {
            let subject = Subject::new(major, shape, 3_000).await;
            let mut holder = PgConnection::connect(&subject.database.url).await.expect("a connection");
            sqlx::raw_sql("SET application_name = 'forgotten'; BEGIN; UPDATE t SET n = 0 WHERE id = 5")
                .execute(&mut holder)
                .await
                .expect("a row");
            // In time: the holder had the row before the trigger's table lock, which it would keep out.
            sqlx::raw_sql("COMMIT").execute(&mut holder).await.expect("a commit");
            let apply = subject.application.spawn(&["apply", "--lock-patience", "2", "--rate", "2000"]);
            subject.wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE phase = 'backfill'").await;
            sqlx::raw_sql("BEGIN; UPDATE t SET n = 0 WHERE id = 2999").execute(&mut holder).await.expect("a row");
            let failed = finish(apply).await.expect_code(6);
            let told =
                failed.stderr.contains("forgotten, idle in transaction") && failed.stderr.contains("WHERE id = 2999");
            assert!(told, "{}", failed.stderr);
            assert!(failed.stdout.contains("1 rows of public.t that others have locked"), "{}", failed.stdout);
            assert_eq!(subject.database.value("SELECT count(*) FROM t WHERE b IS NULL").await, "1");
            sqlx::raw_sql("COMMIT").execute(&mut holder).await.expect("a commit");
            subject.application.run(&["apply"]).await.expect_code(0);
            subject.confirm_and_contract().await;
        }
    }
}
