//! A table of one release whose column gets another name in the next.

use schema_diff::embedded::Major;
use tests::{Application, Database, Server};

/// The rows in which both forms differ.
pub(crate) const UNEQUAL: &str = "SELECT count(*) FROM t WHERE a IS DISTINCT FROM b";

/// A table `t` with the key that is given, a text `a` that becomes `b`, and an integer `n`.
pub(crate) struct Subject {
    pub(crate) database: Database,
    pub(crate) application: Application,
}

/// How a table is declared and filled.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// Its key's fields, with their attributes.
    pub(crate) key: &'static str,
    /// `INSERT INTO t (…) SELECT … FROM generate_series(1, $rows) AS g`.
    pub(crate) insert: &'static str,
}

/// A table with a bigint for a key.
pub(crate) const PLAIN: Shape = Shape {
    key: "#[db(primary_key)] pub id: i64,",
    insert: "INSERT INTO t (id, a, n) SELECT g, 'a' || g, g FROM generate_series(1, $rows) AS g",
};

/// A table without a key.
pub(crate) const NO_KEY: Shape = Shape { key: "pub id: i64,", insert: PLAIN.insert };

impl Subject {
    pub(crate) async fn new(major: Major, shape: Shape, rows: i64) -> Self {
        Self::on(Server::shared(major).await.fresh_database().await, shape, rows).await
    }

    pub(crate) async fn on(database: Database, shape: Shape, rows: i64) -> Self {
        let application = Application::applied(&source(shape, "pub a: String,"), &database.url).await;
        database.execute(shape.insert.replace("$rows", &rows.to_string())).await;
        database.execute("ANALYZE t").await;
        application.migrate_to(&source(shape, "#[db(renamed_from = \"a\")] pub b: String,"), &[]).await;
        Self { database, application }
    }

    /// Waits until a query gives true.
    pub(crate) async fn wait_for(&self, query: &str) {
        self.database.wait_for(query, 120).await;
    }

    pub(crate) async fn confirm_and_contract(&self) {
        assert_eq!(self.database.value(UNEQUAL).await, "0");
        self.application.run(&["confirm", "v2"]).await.expect_code(0);
        self.application.run(&["contract"]).await.expect_code(0);
        self.application.run(&["diff", "--exit-code"]).await.expect_code(0);
    }
}

fn source(shape: Shape, column: &str) -> String {
    format!(
        "/// A row.\n#[derive(Schema)]\n#[db(table = \"t\")]\npub struct Row {{\n    {}\n    {column}\n    pub n: i64,\n}}\n",
        shape.key
    )
}
