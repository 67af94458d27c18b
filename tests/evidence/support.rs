//! A table `t` whose column `o` becomes `n`, expanded and filled.

use schema_diff::embedded::{Major, ScratchOptions};
use tests::{Application, Database, Outcome, Server};
use tokio::sync::OnceCell;

/// Both forms are there and in step, the gate has still to open.
pub(crate) struct Subject {
    pub(crate) database: Database,
    pub(crate) application: Application,
}

pub(crate) fn source(column: &str, attribute: &str) -> String {
    format!(
        "/// A thing.\n#[derive(Schema)]\n#[db(table = \"t\")]\npub struct Thing {{\n    #[db(primary_key)]\n    pub id: i64,\n    {attribute}\n    pub {column}: String,\n}}\n"
    )
}

impl Subject {
    pub(crate) async fn new(major: Major) -> Self {
        Self::on(Server::shared(major).await).await
    }

    /// On a server that counts statements and can replicate logically.
    pub(crate) async fn observed() -> Self {
        static OBSERVED: OnceCell<&Server> = OnceCell::const_new();
        let start = async || {
            let options = ScratchOptions::new(Major::LATEST)
                .in_memory()
                .setting("shared_preload_libraries", "pg_stat_statements")
                .setting("wal_level", "logical");
            Server::own(options).await
        };
        Self::on(OBSERVED.get_or_init(start).await).await
    }

    async fn on(server: &'static Server) -> Self {
        let database = server.fresh_database().await;
        let application = Application::applied(&source("o", ""), &database.url).await;
        database.execute("INSERT INTO t (id, o) SELECT n, 'a' FROM generate_series(1, 10) AS n").await;
        application.migrate_to(&source("n", "#[db(renamed_from = \"o\")]"), &[]).await;
        application.run(&["apply"]).await.expect_code(0);
        Self { database, application }
    }

    pub(crate) async fn confirm(&self) {
        self.application.run(&["confirm", "v2"]).await.expect_code(0);
    }

    /// The contract is refused, and what is named is all that is missing.
    pub(crate) async fn is_closed_by(&self, missing: &[&str]) -> Outcome {
        let refused = self.application.run(&["contract"]).await.expect_code(5);
        let evidence = [
            "backfill",
            "confirmation",
            "quiet",
            "writes",
            "instances",
            "clients",
            "statements",
            "dependents",
            "subscribers",
            "triggers",
            "rows",
        ];
        let named =
            |name: &&&str| refused.stderr.lines().any(|line| line.trim_start().starts_with(&format!("{name}: ")));
        let named: Vec<&str> = evidence.iter().filter(named).copied().collect();
        assert_eq!(named, missing, "{}", refused.stderr);
        refused
    }

    pub(crate) async fn contract(&self) {
        self.application.run(&["contract"]).await.expect_code(0);
        self.application.run(&["diff", "--exit-code"]).await.expect_code(0);
    }

    pub(crate) async fn status(&self) -> String {
        self.application.run(&["status", "--verbose"]).await.expect_code(0).stdout
    }

    /// Waits until a query gives "t".
    pub(crate) async fn wait_for(&self, query: &str) {
        self.database.wait_for(query, 30).await;
    }
}
