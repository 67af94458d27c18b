//! What the history says when a command has come to its end: every step done, and done once.

use std::collections::BTreeSet;
use std::path::Path;

use schema_diff::migration::load_one;
use schema_diff::statement::Body;

use crate::Database;

/// The history without its times, and what must not be in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The migrations with their states, and the objects that they claim.
    pub migrations: Vec<String>,
    /// The steps with their states.
    pub steps: Vec<String>,
    attempts: Vec<(String, i32)>,
    leases: String,
}

impl History {
    /// Reads it.
    pub async fn of(database: &Database) -> Self {
        let migrations =
            "SELECT version, attempt, name, checksum, state, all_phases, release, backfilled_at IS NOT NULL,
                confirmed_at IS NOT NULL, switched_at IS NOT NULL, finished_at IS NOT NULL
             FROM _schema_migrations ORDER BY version, attempt";
        let objects = "SELECT object, version FROM _schema_objects ORDER BY object";
        let steps = "SELECT version, attempt, phase, step, title, state, error FROM _schema_steps
             ORDER BY version, attempt, phase, step";
        let attempts = "SELECT version || ' ' || phase || ' ' || step, attempts FROM _schema_steps ORDER BY 1";
        let attempts = database.rows(attempts).await;
        let attempts = attempts.iter().filter_map(|row| row.split_once(" | "));
        Self {
            migrations: [database.rows(migrations).await, database.rows(objects).await].concat(),
            steps: database.rows(steps).await,
            attempts: attempts.map(|(step, count)| (step.to_owned(), count.parse().expect("a number"))).collect(),
            leases: database.value("SELECT count(*) FROM _schema_lease").await,
        }
    }

    /// Compares it with that of an undisturbed run.
    ///
    /// # Panics
    /// If a state differs, a step is missing or was done more often than it was begun.
    pub fn must_be_like(&self, calm: &Self, runs: i32, once: &BTreeSet<String>) {
        assert_eq!(self.migrations, calm.migrations, "the migrations' states");
        assert_eq!(self.steps, calm.steps, "the steps' states");
        for (step, attempts) in &self.attempts {
            let allowed = if once.contains(step) { 1 } else { runs };
            assert!(*attempts <= allowed, "step {step} was begun {attempts} times in {runs} runs");
        }
        self.must_be_free();
    }

    /// Nobody has the lease.
    ///
    /// # Panics
    /// If somebody has.
    pub fn must_be_free(&self) {
        assert_eq!(self.leases, "0", "a lease is left");
    }
}

/// The steps that run in one transaction together with their record, as [`History`] names them.
pub fn transactional_steps(migrations: &[impl AsRef<Path>]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for path in migrations {
        let migration = load_one(path.as_ref()).expect("our own files");
        let steps = migration.steps.iter().chain(&migration.undo);
        let steps = steps.filter(|step| step.transaction && matches!(step.body, Body::Statements(_)));
        names.extend(steps.map(|step| format!("{} {} {}", migration.version, step.phase.as_str(), step.number)));
    }
    names
}
