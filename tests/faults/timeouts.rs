//! Time-outs that are set for the role: ours are set where they are needed, and what takes long takes long.

use tests::application::finish;
use tests::cluster::Cluster;
use tests::workload::rename::Rename;
use tests::{Application, majors};

use crate::support::Session;

/// One row's trigger takes longer than any of the time-outs, and so does what a concurrent build waits for. There are
/// rows enough for a VACUUM in between.
const ROWS: i64 = 45_000;
const SLOW: &str =
    "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.7); RETURN NEW; END $$;
    CREATE TRIGGER slow BEFORE UPDATE ON users FOR EACH ROW WHEN (NEW.id % 20000 = 0) EXECUTE FUNCTION slow()";
const TIMEOUTS: [&str; 4] = [
    "ALTER ROLE postgres SET statement_timeout = '300ms'",
    "ALTER ROLE postgres SET lock_timeout = '200ms'",
    "ALTER ROLE postgres SET idle_in_transaction_session_timeout = '200ms'",
    // What a role's owner may have set by mistake for all.
    "ALTER ROLE postgres SET default_transaction_isolation = 'serializable'",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_outs_of_the_role_do_not_matter() {
    let rename = Rename::unique(ROWS);
    for major in majors() {
        let server = Cluster::start(major, &[]).await;
        server.create_database("app", "template1").await;
        let application = Application::applied(&rename.old_source(), &server.url("app")).await;
        server.execute("app", &[&rename.load(), "ANALYZE", SLOW]).await;
        application.migrate_to(&rename.new_source(), &["--strategy", "users=fire"]).await;
        server.execute("postgres", &TIMEOUTS).await;
        let own = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = 0";
        let mut reader = Session::open(&server.url("app"), own).await;
        reader.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_am").await;
        let apply = application.spawn(&["apply"]);
        let mut watcher = Session::open(&server.url("app"), own).await;
        watcher.wait_until("SELECT count(*) > 0 FROM pg_stat_activity WHERE query ILIKE 'CREATE UNIQUE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'").await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        reader.run("COMMIT").await;
        let applied = finish(apply).await.expect_code(0);
        assert!(!applied.stdout.contains("VACUUM of") && !applied.stderr.contains("VACUUM of"), "{applied:?}");
        for command in [&["status"][..], &["confirm", "v2"], &["contract"]] {
            application.run(command).await.expect_code(0);
        }
        let reset = ["ALTER ROLE postgres RESET ALL", "DROP TRIGGER slow ON users", "DROP FUNCTION slow"];
        server.execute("app", &reset).await;
        application.run(&["diff", "--exit-code"]).await.expect_code(0);
    }
}
