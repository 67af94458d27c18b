//! pgbouncer in transaction mode: what can't run behind it is refused before anything starts; past it everything works.

use sqlx::{Connection, PgConnection};
use tests::cluster::Cluster;
use tests::pooler::Pooler;
use tests::workload::rename::Rename;
use tests::{Application, CargoSchema, majors};

use crate::support::everything;

/// A server with release N behind a pooler.
struct Pooled {
    server: Cluster,
    pooler: Pooler,
    application: Application,
}

impl Pooled {
    /// With the migration to the new source written, as one who has the direct address.
    async fn new(major: schema_diff::embedded::Major, old: &str, load: &str, new: &str) -> Self {
        let server = Cluster::start(major, &[]).await;
        server.create_database("app", "template1").await;
        let pooler = Pooler::before(server.directory());
        let application = Application::applied(old, &server.url("app")).await;
        server.execute("app", &[load]).await;
        application.migrate_to(new, &[]).await;
        Self { server, pooler, application }
    }

    async fn run(&self, arguments: &[&str]) -> tests::Outcome {
        let schema = CargoSchema::in_directory(self.application.path()).database(&self.pooler.url("app"));
        tests::application::finish(schema.spawn(arguments)).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_needs_a_session_of_its_own_is_refused_behind_a_pooler_and_runs_past_it() {
    let rename = Rename::unique(300);
    for major in majors() {
        let pooled = Pooled::new(major, &rename.old_source(), &rename.load(), &rename.new_source()).await;
        let before = everything(&pooled.server.url("app")).await;
        let refused = pooled.run(&["apply"]).await.expect_code(2);
        for words in ["goes through a pooler", "nothing was changed", "--direct-url", "create index"] {
            assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
        }
        assert_eq!(everything(&pooled.server.url("app")).await, before, "nothing was changed");
        // A direct address that isn't one is found out as well.
        let wrong = pooled.pooler.url("app");
        let refused = pooled.run(&["apply", "--direct-url", &wrong]).await.expect_code(2);
        assert!(refused.stderr.contains("the direct address goes through a pooler"), "{}", refused.stderr);
        assert_eq!(everything(&pooled.server.url("app")).await, before, "nothing was changed");

        let direct = pooled.server.url("app");
        for command in [&["apply"][..], &["rollback"], &["apply"], &["confirm", "v2"], &["contract"]] {
            pooled.run(&[command, &["--direct-url", &direct]].concat()).await.expect_code(0);
        }
        pooled.application.run(&["diff", "--exit-code"]).await.expect_code(0);
        pooled.application.run(&["status", "--exit-code"]).await.expect_code(0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_in_transactions_alone_runs_behind_a_pooler() {
    let source = |column: &str| {
        format!(
            "/// A thing.\n#[derive(Schema)]\n#[db(table = \"t\")]\npub struct Thing {{\n    #[db(primary_key)]\n    pub id: i64,\n    {column}\n}}\n"
        )
    };
    let (old, new) = (source("pub o: String,"), source("#[db(renamed_from = \"o\")]\n    pub n: String,"));
    let load = "INSERT INTO t SELECT n, 'value ' || n FROM generate_series(1, 3000) AS n";
    for major in majors() {
        let pooled = Pooled::new(major, &old, load, &new).await;
        // Others who get the sessions in between.
        let noise: Vec<_> = (0..3).map(|_| tokio::spawn(make_noise(pooled.pooler.url("app")))).collect();
        let (first, second) = tokio::join!(pooled.run(&["apply"]), pooled.run(&["apply"]));
        let codes = [first.code(), second.code()];
        assert!(codes.contains(&0) && codes.iter().all(|code| [0, 6].contains(code)), "{first:?} {second:?}");
        for command in [&["confirm", "v2"][..], &["contract"]] {
            pooled.run(command).await.expect_code(0);
        }
        noise.into_iter().for_each(|task| task.abort());
        pooled.application.run(&["diff", "--exit-code"]).await.expect_code(0);
        pooled.application.run(&["status", "--exit-code"]).await.expect_code(0);
        let lease = everything(&pooled.server.url("app")).await;
        assert!(!lease.iter().any(|line| line.starts_with("lease: ")), "{lease:?}");
    }
}

/// Statements that leave something of their own in the session that they are given.
async fn make_noise(url: String) {
    let mut connection = PgConnection::connect(&url).await.expect("a connection");
    loop {
        sqlx::raw_sql("SELECT 1").execute(&mut connection).await.expect("the pooler works");
        let parsed = sqlx::query("SELECT 2 AS noise").persistent(false).fetch_all(&mut connection).await;
        // It may well be that somebody else had the session in between.
        drop(parsed);
    }
}
