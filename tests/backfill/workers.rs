//! Several connections fill at the same time.

use tests::majors;

use crate::subject::{NO_KEY, PLAIN, Shape, Subject, UNEQUAL};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_fill_everything_once_and_survive_a_kill() {
    for major in majors() {
        for shape in [PLAIN, NO_KEY] {
            let subject = Subject::new(major, shape, 60_000).await;
            let apply = subject.application.spawn(&["apply", "--workers", "4"]);
            subject.wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE rows_done > 5000").await;
            let workers = "SELECT count(*) >= 4 FROM pg_stat_activity WHERE application_name LIKE 'schema-diff work %' AND datname = current_database()";
            assert_eq!(subject.database.value(workers).await, "t");
            apply.kill();
            subject.application.run(&["apply", "--workers", "3"]).await.expect_code(0);
            assert_eq!(subject.database.value(UNEQUAL).await, "0");
            // An update of the row is seen in its xmin: each was filled by one batch.
            subject.confirm_and_contract().await;
        }
    }
}

/// The row that fails is found by one connection, the rest by several.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_fails_under_workers_is_named() {
    let shape =
        Shape { insert: "INSERT INTO t (id, a, n) SELECT g, 'a' || g, g FROM generate_series(1, $rows) AS g", ..PLAIN };
    let subject = Subject::new(majors()[0], shape, 20_000).await;
    subject
        .database
        .execute("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 777 AND NEW.n > 0 THEN RAISE 'not this one'; END IF; RETURN NEW; END $$; CREATE TRIGGER a_no BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION no()")
        .await;
    let failed = subject.application.run(&["apply", "--workers", "4"]).await.expect_code(1);
    assert!(failed.stderr.contains("id = 777: not this one"), "{}", failed.stderr);
    assert_eq!(subject.database.value("SELECT count(*) FROM t WHERE b IS NULL").await, "1");
    subject.database.execute("DROP TRIGGER a_no ON t; DROP FUNCTION no()").await;
    subject.application.run(&["apply"]).await.expect_code(0);
    subject.confirm_and_contract().await;
}
