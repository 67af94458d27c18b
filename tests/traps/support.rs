//! One table with a renamed column.

use schema_diff::embedded::Major;
use tests::{Application, Database, Server};

/// What `ENABLE TRIGGER ALL` takes from our triggers.
pub(crate) const BACK_IN_STEP: &str =
    "ALTER TABLE t ENABLE ALWAYS TRIGGER zz_schema_sync_n_i, ENABLE ALWAYS TRIGGER zz_schema_sync_n_u";

/// The table `t` with a column `o` that becomes `n`.
pub(crate) struct Trap {
    pub(crate) database: Database,
    pub(crate) application: Application,
    /// What the plan said.
    pub(crate) plan: String,
}

/// The structs: `attributes` and `rust_type` are those of the column, `more` what else the source holds.
pub(crate) fn source(column: &str, attributes: &str, rust_type: &str, more: &str) -> String {
    format!(
        "/// A thing.
#[derive(Schema)]
#[db(table = \"t\")]
pub struct Thing {{
    #[db(primary_key)]
    pub id: i64,
    #[db({attributes})]
    pub {column}: {rust_type},
    pub note: Option<String>,
}}

{more}
"
    )
}

impl Trap {
    /// Release N on a database where `prepare` was run, and the migration to N+1 written.
    pub(crate) async fn new(major: Major, attributes: &str, rust_type: &str, prepare: &str, flags: &[&str]) -> Self {
        Self::with_source(major, attributes, rust_type, prepare, flags, "").await
    }

    /// The same with something more in the source.
    pub(crate) async fn with_source(
        major: Major,
        attributes: &str,
        rust_type: &str,
        prepare: &str,
        flags: &[&str],
        more: &str,
    ) -> Self {
        let database = Server::shared(major).await.fresh_database().await;
        if let Some(first) = prepare.strip_prefix("-- first\n") {
            database.execute(first).await;
        }
        let application = Application::applied(&source("o", attributes, rust_type, more), &database.url).await;
        if !prepare.starts_with("-- first\n") {
            database.execute(prepare).await;
        }
        let comma = if attributes.is_empty() { "" } else { ", " };
        let renamed = format!("{attributes}{comma}renamed_from = \"o\"");
        let plan = application.migrate_to(&source("n", &renamed, rust_type, more), flags).await.stdout;
        Self { database, application, plan }
    }

    /// Runs the generated expand as it stands in the file, and nothing of the backfill.
    pub(crate) async fn expand(&self) {
        let file = self.application.newest_migration().join("1_expand.sql");
        self.database.execute(std::fs::read_to_string(file).expect("a file")).await;
    }

    /// Expand and backfill.
    pub(crate) async fn apply(&self) {
        self.application.run(&["apply"]).await.expect_code(0);
    }

    pub(crate) async fn contract(&self) {
        self.application.run(&["confirm", "v2"]).await.expect_code(0);
        self.application.run(&["contract"]).await.expect_code(0);
    }

    /// Runs a statement, and gives both columns of a row: "old | new".
    pub(crate) async fn after(&self, statement: &str, id: i64) -> String {
        self.database.execute(statement).await;
        self.database.value(format!("SELECT o::text, n::text FROM t WHERE id = {id}")).await
    }
}
