//! An expression that fails on a few rows: all others are filled, these are named, and the run goes on from there.

use tests::{Application, Server, majors};

const OLD: &str =
    "/// A row.\n#[derive(Schema)]\n#[db(table = \"t\")]\npub struct Row {\n    KEY\n    pub amount: String,\n}\n";
const NEW: &str = "/// A row.\n#[derive(Schema)]\n#[db(table = \"t\")]\npub struct Row {\n    KEY\n    #[db(renamed_from = \"amount\", using = \"amount::integer\", back = \"cents::text\")]\n    pub cents: i32,\n}\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_fail_are_named_and_the_others_filled() {
    for (major, rows) in majors().into_iter().zip([20_000].into_iter().chain(std::iter::repeat(200_000))) {
        for (key, names) in [("#[db(primary_key)] pub id: i64,", true), ("pub id: i64,", false)] {
            let database = Server::shared(major).await.fresh_database().await;
            let application = Application::applied(&OLD.replace("KEY", key), &database.url).await;
            database.execute(format!("INSERT INTO t SELECT g, g::text FROM generate_series(1, {rows}) AS g")).await;
            application.migrate_to(&NEW.replace("KEY", key), &[]).await;
            // After the plan: what is there then is known to it.
            let bad = [7, 8, rows - 1];
            database.execute(format!("UPDATE t SET amount = 'twelve ' || id WHERE id IN (7, 8, {})", rows - 1)).await;

            let failed = application.run(&["apply"]).await.expect_code(1);
            assert!(
                failed.stderr.contains("3 rows of public.t could not be filled, all others are"),
                "{}",
                failed.stderr
            );
            for id in bad {
                let told = format!("invalid input syntax for type integer: \"twelve {id}\"");
                assert!(failed.stderr.contains(&told), "{}", failed.stderr);
                assert!(!names || failed.stderr.contains(&format!("id = {id}: ")), "{}", failed.stderr);
            }
            assert!(failed.stderr.contains("run `cargo schema apply` again"), "{}", failed.stderr);
            let unfilled = "SELECT string_agg(id::text, ' ' ORDER BY id) FROM t WHERE cents IS NULL";
            assert_eq!(database.value(unfilled).await, format!("7 8 {}", rows - 1));
            assert_eq!(database.value("SELECT count(*) FROM _schema_failures").await, "3");
            assert!(application.run(&["status"]).await.stdout.contains("could not be filled"));

            // The same again says the same; corrected, it ends.
            application.run(&["apply"]).await.expect_code(1);
            database.execute("UPDATE t SET amount = '0' WHERE amount LIKE 'twelve%'").await;
            application.run(&["apply"]).await.expect_code(0);
            assert_eq!(database.value("SELECT count(*) FROM t WHERE cents::text <> amount").await, "0");
            assert_eq!(database.value("SELECT count(*) FROM _schema_failures").await, "0");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_are_not_looked_for() {
    let database = Server::shared(majors()[0]).await.fresh_database().await;
    let key = "#[db(primary_key)] pub id: i64,";
    let application = Application::applied(&OLD.replace("KEY", key), &database.url).await;
    database.execute("INSERT INTO t SELECT g, g::text FROM generate_series(1, 1000) AS g").await;
    application.migrate_to(&NEW.replace("KEY", key), &[]).await;
    database.execute("UPDATE t SET amount = 'x'").await;
    let failed = application.run(&["apply", "--max-failures", "12"]).await.expect_code(1);
    let words = "12 rows of public.t could not be filled, and the run stopped there";
    assert!(failed.stderr.contains(words) && failed.stderr.contains("and 2 more"), "{}", failed.stderr);
    assert_eq!(database.value("SELECT count(*) FROM _schema_failures").await, "12");
    application.run(&["rollback"]).await.expect_code(0);
    assert_eq!(database.value("SELECT count(*) FROM t WHERE amount = 'x'").await, "1000");
}
