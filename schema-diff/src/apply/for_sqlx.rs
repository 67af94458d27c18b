//! The migrations as sqlx's own migrator, for `#[sqlx::test(migrator = "…")]`.

use sqlx::migrate::{Migration as SqlxMigration, MigrationType, Migrator as SqlxMigrator};

use super::migrator::Migrator;
use crate::dialect::postgres::fresh;
use crate::dialect::postgres::session::sql_str;
use crate::migration::{Migration, MigrationError};
use crate::statement::{Body, Consent, ScriptStep, Statement};

impl Migrator {
    /// The migrations with all their phases as sqlx's own migrator, for empty databases: each step is one of its
    /// migrations. It is what `#[sqlx::test(migrator = "…")]` takes, through a static:
    ///
    /// ```no_run
    /// use std::sync::LazyLock;
    ///
    /// static MIGRATOR: LazyLock<sqlx::migrate::Migrator> =
    ///     LazyLock::new(|| schema_diff::Migrator::load("migrations").unwrap().to_sqlx().unwrap());
    /// ```
    ///
    /// An empty table needs no backfill. Where a migration has put rows into a table that a later one fills, it ends
    /// with an error that says so, and never with rows left out: take [`Migrator::apply_all_phases`] there. It refuses
    /// a database which has a history of `cargo schema`.
    ///
    /// # Errors
    ///
    /// Where the migrations can't be read.
    pub fn to_sqlx(&self) -> Result<SqlxMigrator, MigrationError> {
        let mut steps = vec![("this database is empty".to_owned(), fresh::NO_HISTORY.to_owned(), true)];
        for migration in self.migrations()? {
            let mut in_order: Vec<&ScriptStep> = migration.steps.iter().collect();
            // As a run does: in the contract first what tightens, then the switch, then what cleans.
            in_order.sort_by_key(|step| (step.phase, step.part));
            steps.extend(in_order.into_iter().map(|step| on_empty_tables(&migration, step)));
        }
        let migrations = steps.into_iter().zip(1..).map(|((title, sql, in_transaction), version)| {
            SqlxMigration::new(version, title.into(), MigrationType::Simple, sql_str(sql), !in_transaction)
        });
        let mut migrator = SqlxMigrator::with_migrations(migrations.collect());
        // A database of a test's own: nobody else is there.
        migrator.set_locking(false);
        Ok(migrator)
    }
}

/// A step's title, its SQL, and whether that runs in a transaction.
fn on_empty_tables(migration: &Migration, step: &ScriptStep) -> (String, String, bool) {
    let title = format!("{} {} {}: {}", migration.folder_name(), step.phase, step.number, step.title);
    let none = |query: &Statement, parameters: usize| {
        let why = format!(
            "\"{}\" of {}: there are rows, and sqlx's migrator can't fill them; use `schema_diff::Migrator::apply_all_phases` in this test",
            step.title,
            migration.folder_name()
        );
        fresh::require_no_rows(&query.sql, parameters, &why)
    };
    match &step.body {
        Body::Statements(statements) => {
            let sql: Vec<&str> = statements.iter().map(|statement| statement.sql.as_str()).collect();
            (title, sql.join(";\n"), step.transaction)
        }
        // Without bounds it counts all rows.
        Body::Backfill(backfill) => (title, none(&backfill.remaining, 2 * backfill.key.len().max(1)), true),
        Body::Gate(gate) => (title, none(&gate.count, 0), true),
        Body::Consent(Consent { query, .. }) => (title, none(query, 0), true),
    }
}
