//! The writers' logs show what a comparison of both columns can't: a migration that loses values is found out.

use std::time::Duration;

use tests::workload::Workload;
use tests::workload::rename::{Rename, UNEQUAL};
use tests::{Application, Server, majors};

/// A batch that reads the value in one place and writes it in another, without a lock in between, as a careful person
/// may write it by hand.
fn reading_too_early(backfill: &str) -> String {
    let edited = backfill
        .replace(
            "SELECT t.ctid FROM public.users AS t\n    WHERE (",
            "SELECT t.id, t.user_name FROM public.users AS t\n    WHERE (",
        )
        .replace(" FOR NO KEY UPDATE SKIP LOCKED", "")
        .replacen("SET display_name = t.user_name", "SET display_name = batch.user_name", 1)
        .replace(
            "FROM batch WHERE t.ctid = batch.ctid AND (t.display_name IS NULL AND t.user_name IS NOT NULL)",
            "FROM batch, pg_sleep(0.02) WHERE t.id = batch.id",
        );
    assert_eq!(edited.matches("batch.user_name").count(), 1, "the file has another form now:\n{backfill}");
    assert!(edited.contains("WHERE t.id = batch.id"), "the file has another form now:\n{backfill}");
    assert!(!edited.contains("SKIP LOCKED"), "the file has another form now:\n{backfill}");
    edited
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backfill_that_loses_values_is_found_out() {
    let rename = Rename::indexed(20_000);
    let major = *majors().last().expect("at least one");
    let database = Server::shared(major).await.fresh_database().await;
    let application = Application::applied(&rename.old_source(), &database.url).await;
    database.execute(rename.load()).await;
    application.migrate_to(&rename.new_source(), &[]).await;
    let file = application.newest_migration().join("2_backfill.sql");
    let text = std::fs::read_to_string(&file).expect("a file");
    std::fs::write(&file, reading_too_early(&text)).expect("a file");

    let workload = Workload::start(&database.url, rename.case(), 8, rand::random()).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    application.run(&["apply"]).await.expect_code(0);
    assert_eq!(database.value(UNEQUAL).await, "0", "the columns agree all the same");
    let pool = database.pool.clone();
    let found_out = tokio::spawn(async move { workload.finish(&pool, &rename.case().old).await }).await;
    println!("(a message about wrong rows, or a writer that found what it had not written, is what is expected above)");
    assert!(found_out.is_err_and(|error| error.is_panic()), "values were lost, and nobody saw it");
}
