//! The harness itself.

use std::time::Instant;

use tests::{CargoSchema, Server, majors};

#[tokio::test]
async fn fresh_databases_are_apart_and_cheap() {
    for major in majors() {
        let server = Server::shared(major).await;
        let one = server.fresh_database().await;
        one.execute("CREATE TABLE t (n int, s text); INSERT INTO t VALUES (1, NULL), (2, 'b')").await;
        assert_eq!(one.rows("SELECT n, s FROM t ORDER BY n").await, ["1 | ∅", "2 | b"]);
        let two = server.fresh_database().await;
        assert_eq!(two.value("SELECT to_regclass('t') IS NULL").await, "t");
        let copy = server.copy_of(&one).await;
        assert_eq!(copy.value("SELECT count(*) FROM t").await, "2");

        let begun = Instant::now();
        for _ in 0..30 {
            server.fresh_database().await.execute("CREATE TABLE t ()").await;
        }
        println!("{major}: {:?} for a database that is used once", begun.elapsed() / 30);
        let left: u32 = two.value("SELECT count(*) FROM pg_database").await.parse().expect("a number");
        assert!(left < 35, "{left} databases");
    }
}

#[tokio::test]
async fn a_failing_statement_is_shown() {
    let database = Server::shared(majors()[0]).await.fresh_database().await;
    let error = database.attempt("SELECT 1; SELECT nothing").await.expect_err("no such column");
    assert!(error.to_string().contains("nothing"), "{error}");
}

#[test]
fn the_command_line_is_built_and_run() {
    let outcome = CargoSchema::in_directory(std::env::temp_dir()).run(&["--help"]);
    outcome.expect_code(0);
}
