//! Evidence behind a real pgbouncer in transaction mode: instances are known by their heartbeat, sessions are not.

use std::str::FromStr;
use std::time::Duration;

use schema_diff::embedded::Major;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection, PgConnection};
use tests::cluster::Cluster;
use tests::pooler::Pooler;
use tests::{Application, CargoSchema, Outcome};

use crate::support::source;

/// A table whose column `o` becomes `n`, expanded and filled, behind a pooler.
struct Pooled {
    server: Cluster,
    pooler: Pooler,
    application: Application,
}

impl Pooled {
    async fn new() -> Self {
        let server = Cluster::start(Major::LATEST, &[]).await;
        server.create_database("app", "template1").await;
        let pooler = Pooler::before(server.directory());
        let application = Application::applied(&source("o", ""), &server.url("app")).await;
        server.execute("app", &["INSERT INTO t (id, o) SELECT n, 'a' FROM generate_series(1, 10) AS n"]).await;
        let grant = "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO app";
        server.execute("app", &["CREATE ROLE app LOGIN", grant]).await;
        application.migrate_to(&source("n", "#[db(renamed_from = \"o\")]"), &[]).await;
        let pooled = Self { server, pooler, application };
        pooled.run(&["apply"]).await.expect_code(0);
        pooled
    }

    /// The command line behind the pooler.
    async fn run(&self, arguments: &[&str]) -> Outcome {
        let schema = CargoSchema::in_directory(self.application.path()).database(&self.pooler.url("app"));
        tests::application::finish(schema.spawn(arguments)).await
    }

    fn address(&self, name: &str) -> PgConnectOptions {
        let url = self.pooler.url("app").replace("//postgres@", "//app@");
        PgConnectOptions::from_str(&url).expect("our own URL").application_name(name)
    }

    /// A program of its own, as far as the pooler can tell.
    async fn program(&self, name: &str) -> PgPool {
        PgPoolOptions::new().max_connections(2).connect_with(self.address(name)).await.expect("a pool")
    }

    /// Waits until a query gives "t".
    async fn wait_for(&self, query: &'static str) {
        let mut connection = PgConnection::connect(&self.server.url("app")).await.expect("a connection");
        for _ in 0..500 {
            if sqlx::query_scalar::<_, bool>(query).fetch_one(&mut connection).await.expect("a query") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("never true: {query}");
    }

    async fn is_refused(&self, words: &[&str]) {
        let refused = self.run(&["contract"]).await.expect_code(5);
        for words in words {
            assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
        }
    }
}

/// A transaction that goes on, without a statement that the pooler would have to know again.
async fn work(connection: &mut PgConnection) {
    sqlx::raw_sql("BEGIN; SELECT 1").execute(connection).await.expect("a transaction");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_pooler_heartbeats_tell_who_is_alive() {
    let pooled = Pooled::new().await;
    // An old program of which nobody knows, idle: no session of the server is its own.
    let mut stranger = PgConnection::connect_with(&pooled.address("old cron")).await.expect("a connection");
    let (old_pool, new_pool) = (pooled.program("shop").await, pooled.program("shop").await);
    let old = schema_diff::announce(&old_pool, "v1");
    let new = schema_diff::announce(&new_pool, "v2");
    pooled.wait_for("SELECT count(*) = 2 FROM _schema_instances").await;
    pooled.run(&["confirm", "v2"]).await.expect_code(0);
    pooled.is_refused(&["1 instance is alive, neither of release v2", "release v1, process "]).await;

    // While the stranger works it is seen.
    work(&mut stranger).await;
    pooled.is_refused(&["clients: ", "`old cron`, as app"]).await;
    sqlx::raw_sql("COMMIT").execute(&mut stranger).await.expect("its end");

    // The old instance ends. The pooler keeps the session that it had last, with its name.
    let mut last = PgConnection::connect_with(&old_pool.connect_options()).await.expect("a connection");
    work(&mut last).await;
    old_pool.close().await;
    old.end().await;
    pooled
        .is_refused(&["clients: ", "of an instance of v1 that has ended; its pool is still open, or a pooler keeps"])
        .await;
    sqlx::raw_sql("COMMIT").execute(&mut last).await.expect("its end");
    last.close().await.expect("closed");
    let end = "SELECT count(pg_terminate_backend(pid)) >= 0 FROM pg_stat_activity WHERE usename = 'app'";
    pooled.wait_for(end).await;
    pooled
        .wait_for("SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'app' AND application_name = 'old cron'")
        .await;

    // What can't be known is said, and the heartbeat goes on.
    let status = pooled.run(&["status"]).await.expect_code(0).stdout;
    assert!(status.contains("clients of a pooler are only seen while they work"), "{status}");
    assert!(status.contains("no instance of an older release is alive; there are 1 of v2"), "{status}");
    pooled.run(&["contract"]).await.expect_code(0);
    drop(stranger);
    new.end().await;
}

/// The queries are tried on a scratch server, and the pooler makes no difference to what is found.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compat_finds_the_same_behind_a_pooler() {
    let pooled = Pooled::new().await;
    pooled.application.source(&format!(
        "{}\npub fn run() {{\n    sqlx::query(\"SELECT o FROM t\");\n    sqlx::query(\"SELECT n FROM t\");\n}}\n",
        source("n", "#[db(renamed_from = \"o\")]")
    ));
    let behind = pooled.run(&["compat"]).await.expect_code(5);
    let direct = pooled.application.run(&["compat"]).await.expect_code(5);
    assert_eq!(behind.stdout, direct.stdout);
    assert!(behind.stdout.contains("column \"o\" does not exist"), "{}", behind.stdout);
}
