//! One deployment from beginning to end, driven by the command line, with writers.

use std::time::{Duration, Instant};

use schema_diff::embedded::Major;
use tests::application::finish;
use tests::oracle::{Oracle, difference};
use tests::waits::Waits;
use tests::workload::{Case, Stage, Workload};
use tests::{Application, Database, Running, Server};

/// Clients at work.
const CLIENTS: usize = 10;

/// A migration with the writers that are to notice nothing of it.
pub(crate) struct Deployment {
    /// The name that is printed with the figures.
    pub(crate) name: &'static str,
    /// The statements of both releases.
    pub(crate) case: Case,
    /// The structs of release N.
    pub(crate) old_source: String,
    /// The structs of release N+1.
    pub(crate) new_source: String,
    /// Fills the table of release N: `INSERT …`.
    pub(crate) load: String,
    /// Flags of `diff --write`.
    pub(crate) flags: &'static [&'static str],
    /// Counts the rows in which both forms differ; from the end of the backfill until the contract there is none.
    pub(crate) unequal: &'static str,
    /// Whether names change in place, so that constraints keep theirs, which a new table would name otherwise.
    pub(crate) in_place: bool,
}

impl Deployment {
    /// Runs all of it.
    pub(crate) async fn run(self, major: Major) {
        let begun = Instant::now();
        let server = Server::shared(major).await;
        let database = server.fresh_database().await;
        let application = Application::applied(&self.old_source, &database.url).await;
        database.execute(&self.load).await;
        database.execute(format!("ANALYZE {}", self.case.old.table)).await;
        application.migrate_to(&self.new_source, self.flags).await;

        let waits = Waits::watch(&database.url).await;
        let workload = Workload::start(&database.url, self.case.clone(), CLIENTS, rand::random()).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.expand_and_fill(&application, &database, &workload).await;
        workload.enter(Stage::Filled).await;
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            assert_eq!(database.value(self.unequal).await, "0", "both forms are equal at every moment");
        }
        workload.enter(Stage::New).await;
        application.run(&["confirm", "v2"]).await.expect_code(0);
        assert_eq!(database.value(self.unequal).await, "0", "both forms are equal until the switch");
        application.run(&["contract"]).await.expect_code(0);
        workload.check();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let statements = workload.finish(&database.pool, &self.case.new).await;
        let waited = waits.stop().await;

        application.run(&["diff", "--exit-code"]).await.expect_code(0);
        if !self.in_place {
            self.like_made_anew(&application, &database, server).await;
        }
        println!(
            "{} on {major}: {} rows, {CLIENTS} writers, {statements} statements, {:.1} s; {waited}",
            self.name,
            self.case.rows,
            begun.elapsed().as_secs_f64()
        );
    }

    /// The new release starts where expand is done, while the backfill is under way.
    async fn expand_and_fill(&self, application: &Application, database: &Database, workload: &Workload) {
        let mut apply = application.spawn(&["apply"]);
        wait_for_expand(&mut apply, database).await;
        workload.enter(Stage::Expanded).await;
        finish(apply).await.expect_code(0);
        workload.check();
    }

    /// The catalog is that of a database made from the new structs, and nothing of ours is left.
    async fn like_made_anew(&self, application: &Application, database: &Database, server: &'static Server) {
        let fresh = server.fresh_database().await;
        // Without `renamed_from`, which says something about the old database only.
        let _new = Application::applied(&self.new_source, &fresh.url).await;
        let oracle = Oracle::of(&["public"]).without_history();
        let (found, wanted) = (oracle.listing(&database.pool).await, oracle.listing(&fresh.pool).await);
        assert_eq!(difference(&wanted, &found), "", "- made anew, + migrated");
        assert!(!found.iter().any(|line| line.contains("schema_sync")), "something of ours is left");
        application.run(&["status", "--exit-code"]).await.expect_code(0);
    }
}

/// Waits until every step of expand is done, or the program has ended.
pub(crate) async fn wait_for_expand(apply: &mut Running, database: &Database) {
    let filling = "SELECT count(*) FROM _schema_steps WHERE phase = 'backfill'";
    while apply.is_running() && database.value(filling).await == "0" {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
