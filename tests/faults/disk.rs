//! A disk that is full, as far as the server can tell: no file of it may grow beyond a limit (`ulimit -f`), which fails in
//! the same places as a full disk, for every user and without a file system of its own.

use tests::cluster::Cluster;
use tests::workload::rename::{Rename, UNEQUAL};
use tests::{Application, majors};

use crate::support::flat;

/// In kB: the table before the backfill is smaller, after it larger; the segments of the log are 1 MB.
const LIMIT: u64 = 3_000;

async fn value(server: &Cluster, query: &'static str) -> i64 {
    use sqlx::Connection;
    let mut connection = sqlx::PgConnection::connect(&server.url("app")).await.expect("a connection");
    let value = sqlx::query_scalar(query).fetch_one(&mut connection).await.expect("one number");
    connection.close().await.expect("closed");
    value
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backfill_that_finds_no_room_goes_on_when_there_is_some() {
    let rename = Rename::indexed(30_000);
    for major in majors() {
        let server = Cluster::start(major, &[("autovacuum", "off")]).await;
        server.create_database("app", "template1").await;
        let application = Application::applied(&rename.old_source(), &server.url("app")).await;
        server.execute("app", &[&rename.load()]).await;
        application.migrate_to(&rename.new_source(), &[]).await;
        server.limit_files(Some(LIMIT)).await;
        for _ in 0..2 {
            let failed = application.run(&["apply"]).await.expect_code(1);
            let words = ["could not extend file", "2_backfill.sql:", "the same command again goes on from there"];
            for words in words {
                assert!(flat(&failed.stderr).contains(words), "{words}: {}", failed.stderr);
            }
        }
        let filled = value(&server, "SELECT count(*) FROM users WHERE display_name IS NOT NULL").await;
        assert!(filled > 0 && filled < rename.rows, "{filled} rows are filled");
        let wrong = value(&server, "SELECT count(*) FROM users WHERE display_name <> user_name").await;
        assert_eq!(wrong, 0);
        server.limit_files(None).await;
        application.run(&["apply"]).await.expect_code(0);
        assert_eq!(value(&server, UNEQUAL).await, 0);
        application.run(&["confirm", "v2"]).await.expect_code(0);
        application.run(&["contract"]).await.expect_code(0);
        application.run(&["diff", "--exit-code"]).await.expect_code(0);
        let kept = value(&server, "SELECT count(*) FROM users WHERE display_name = 'user ' || id").await;
        assert_eq!(kept, rename.rows);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_build_that_finds_no_room_leaves_nothing() {
    let rename = Rename::indexed(20_000);
    let wide =
        rename.old_source().replace("(table = \"users\")", "(table = \"users\", index(note, repeat(note, 12), id))");
    for major in majors() {
        let server = Cluster::start(major, &[]).await;
        server.create_database("app", "template1").await;
        let application = Application::applied(&rename.old_source(), &server.url("app")).await;
        server.execute("app", &[&rename.load()]).await;
        application.migrate_to(&wide, &[]).await;
        server.limit_files(Some(LIMIT)).await;
        let failed = application.run(&["apply"]).await.expect_code(1);
        assert!(failed.stderr.contains("1_expand.sql:") && failed.stderr.contains(" file "), "{}", failed.stderr);
        assert!(flat(&failed.stderr).contains("the same command again goes on from there"), "{}", failed.stderr);
        assert_eq!(value(&server, "SELECT count(*) FROM pg_index WHERE NOT indisvalid").await, 0);
        server.limit_files(None).await;
        application.run(&["apply"]).await.expect_code(0);
        application.run(&["diff", "--exit-code"]).await.expect_code(0);
    }
}
