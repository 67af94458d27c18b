//! A backfill rests while the server has enough to do.

use schema_diff::embedded::ScratchOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::application::finish;
use tests::{Server, majors};

use crate::subject::{PLAIN, Subject};

/// Runs `apply` with a limit that is exceeded, until its reason is told; then it is lifted.
async fn rests(subject: &Subject, limit: &[&str], reason: &str, lift: &str) {
    let apply = subject.application.spawn(&[&["apply"], limit].concat());
    subject.wait_for(&rested(reason)).await;
    assert_eq!(subject.database.value("SELECT max(rows_done) FROM _schema_steps").await, "0");
    subject.database.rows(lift).await;
    let done = finish(apply).await.expect_code(0);
    assert!(done.stdout.contains(&format!("waiting for {reason}")), "{}", done.stdout);
    subject.confirm_and_contract().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_users_own_query_is_asked() {
    for major in majors() {
        let subject = Subject::new(major, PLAIN, 1_000).await;
        subject.database.execute("CREATE TABLE busy AS SELECT true AS so").await;
        let wrong =
            subject.application.run(&["apply", "--pause-while", "SELECT nosuch FROM busy"]).await.expect_code(1);
        assert!(wrong.stderr.contains("says when to pause") && wrong.stderr.contains("nosuch"), "{}", wrong.stderr);
        rests(
            &subject,
            &["--pause-while", "SELECT so FROM busy"],
            "`SELECT so FROM busy`",
            "UPDATE busy SET so = false",
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_and_lock_waits_are_counted() {
    for major in majors() {
        // Other tests' sessions would count too.
        let server = Server::own(ScratchOptions::new(major).in_memory()).await;
        for (limit, reason) in [("--max-active", "active sessions"), ("--max-lock-waits", "sessions in wait for locks")]
        {
            let subject = Subject::on(server.fresh_database().await, PLAIN, 1_000).await;
            subject.database.execute("CREATE TABLE other (id int)").await;
            let holder = session(&subject, "BEGIN; LOCK TABLE other").await;
            let url = subject.database.url.clone();
            let waiter = tokio::spawn(async move { run(&url, "BEGIN; LOCK TABLE other").await });
            subject.wait_for("SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'").await;
            let apply = subject.application.spawn(&["apply", limit, "0"]);
            subject.wait_for(&rested(reason)).await;
            drop(holder);
            waiter.await.expect("no panic");
            finish(apply).await.expect_code(0);
            subject.confirm_and_contract().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slots_and_the_wal_are_looked_at() {
    for major in majors() {
        let server = Server::own(ScratchOptions::new(major).in_memory().setting("wal_level", "logical")).await;
        let subject = Subject::on(server.fresh_database().await, PLAIN, 1_000).await;
        subject.database.rows("SELECT pg_create_logical_replication_slot('slow', 'test_decoding')").await;
        subject
            .database
            .execute("CREATE TABLE much AS SELECT g, repeat('x', 1000) FROM generate_series(1, 3000) AS g")
            .await;
        let lift = "SELECT pg_drop_replication_slot('slow')";
        rests(&subject, &["--max-slot-lag", "2"], "a replication slot", lift).await;

        let subject = Subject::on(server.fresh_database().await, PLAIN, 1_000).await;
        let url = subject.database.url.clone();
        let writer = tokio::spawn(async move {
            run(&url, "CREATE TABLE much AS SELECT g, repeat('x', 1000) FROM generate_series(1, 1000) AS g").await;
            loop {
                run(&url, "UPDATE much SET g = g + 1").await;
            }
        });
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let apply = subject.application.spawn(&["apply", "--max-wal-rate", "1", "--rate", "500"]);
        subject.wait_for(&rested("less WAL")).await;
        writer.abort();
        finish(apply).await.expect_code(0);
        subject.confirm_and_contract().await;
    }
}

fn rested(reason: &str) -> String {
    let reason = reason.replace('\'', "''");
    format!("SELECT count(*) > 0 FROM _schema_steps WHERE waiting LIKE '%{reason}%'")
}

/// A session that stays.
async fn session(subject: &Subject, sql: &str) -> PgConnection {
    let mut connection = PgConnection::connect(&subject.database.url).await.expect("a connection");
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect(sql);
    connection
}

async fn run(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect(sql);
}
