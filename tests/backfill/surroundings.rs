//! What a database may have that a backfill must see through or name: another isolation by default, a trigger that undoes
//! its work, somebody who says that it is done.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::application::finish;
use tests::{Application, Server, majors};

use crate::subject::{PLAIN, Subject};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_default_isolation_does_not_matter() {
    for major in majors() {
        for isolation in ["repeatable read", "serializable"] {
            let subject = Subject::new(major, PLAIN, 4_000).await;
            let set = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = %L', current_database(), 'ISOLATION'); END $$";
            subject.database.execute(set.replace("ISOLATION", isolation)).await;
            let url = subject.database.url.clone();
            let apply = subject.application.spawn(&["apply", "--rate", "2000"]);
            subject.wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE rows_done > 0").await;
            let writer = tokio::spawn(async move {
                let mut connection = PgConnection::connect(&url).await.expect("a connection");
                for n in (1..4_000).rev().step_by(3) {
                    let write =
                        format!("BEGIN ISOLATION LEVEL READ COMMITTED; UPDATE t SET a = 'w' WHERE n = {n}; COMMIT");
                    sqlx::raw_sql(AssertSqlSafe(write)).execute(&mut connection).await.expect("a write");
                }
            });
            finish(apply).await.expect_code(0);
            writer.await.expect("a writer without an error");
            subject.confirm_and_contract().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trigger_that_undoes_the_backfill_is_named() {
    for body in ["NEW.b := NULL; RETURN NEW;", "RETURN NULL;"] {
        let subject = Subject::new(majors()[0], PLAIN, 50).await;
        let apply = subject.application.spawn(&[
            "apply",
            "--pause-while",
            "SELECT NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'zzz_undo')",
        ]);
        subject.wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE waiting IS NOT NULL").await;
        subject
            .database
            .execute(format!("CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$; CREATE TRIGGER zzz_undo BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.n > 40) EXECUTE FUNCTION undo()"))
            .await;
        let failed = finish(apply).await.expect_code(1);
        assert!(failed.stderr.contains("10 rows of public.t stay unfilled"), "{}", failed.stderr);
        subject.database.execute("DROP TRIGGER zzz_undo ON t; DROP FUNCTION undo()").await;
        subject.application.run(&["apply"]).await.expect_code(0);
        subject.confirm_and_contract().await;
    }
}

/// NOT NULL is announced when every row has a value, and not before: the old release would get an error for each that has
/// none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_value_that_comes_out_as_null_is_found_before_anything_is_announced() {
    let source = |attributes: &str, rust_type: &str| {
        format!(
            "/// A row.
#[derive(Schema)]
#[db(table = \"t\")]
pub struct Row {{
    #[db(primary_key)]
    pub id: i64,
    {attributes}
    pub name: {rust_type},
    pub email: Option<String>,
}}
"
        )
    };
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let application = Application::applied(&source("", "Option<String>"), &database.url).await;
        database.execute("INSERT INTO t VALUES (1, NULL, 'A'), (2, NULL, NULL)").await;
        application.migrate_to(&source("#[db(backfill = \"lower(email)\")]", "String"), &[]).await;
        let failed = application.run(&["apply"]).await.expect_code(1);
        assert!(failed.stderr.contains("1 rows of public.t stay unfilled"), "{}", failed.stderr);
        assert!(failed.stderr.contains("come out as NULL"), "{}", failed.stderr);
        database.execute("INSERT INTO t VALUES (3, NULL, NULL); UPDATE t SET email = NULL WHERE id = 2").await;
        database.execute("UPDATE t SET name = 'by hand' WHERE id IN (2, 3)").await;
        application.run(&["apply"]).await.expect_code(0);
        application.run(&["confirm", "v2"]).await.expect_code(0);
        application.run(&["contract"]).await.expect_code(0);
        assert_eq!(database.value("SELECT string_agg(name, ',' ORDER BY id) FROM t").await, "a,by hand,by hand");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backfill_is_not_done_because_somebody_says_so() {
    let subject = Subject::new(majors()[0], PLAIN, 3_000).await;
    let apply = subject.application.spawn(&["apply", "--rate", "500"]);
    subject.wait_for("SELECT count(*) > 0 FROM _schema_steps WHERE rows_done > 0").await;
    apply.kill();
    let folder = subject.application.newest_migration();
    let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
    let version = name.split('_').next().expect("a version");
    let said = ["resolve", version, "--step", "backfill/1", "--done", "--reason", "I think so"];
    let refused = subject.application.run(&said).await.expect_code(5);
    assert!(refused.stderr.contains("rows unfilled"), "{}", refused.stderr);
    subject.application.run(&["apply"]).await.expect_code(0);
    subject.confirm_and_contract().await;
}
