//! Migrations from within a program: at start-up, and in tests.

use std::path::Path;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgPool};

use super::connection::Target;
use super::error::ApplyError;
use super::expand::{ApplyOptions, ApplyOutcome};
use super::progress::Listener;
use super::runner::{LOCK_PATIENCE, Runner, check_format};
use super::status::{Status, status};
use super::window::{Outside, Window};
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState};
use crate::migration::{EmbeddedMigration, Migration, MigrationError, in_order, load};

/// The migrations of a program, embedded by [`migrations!`](crate::migrations) or read from a folder, and how they are
/// to be run.
///
/// [`Migrator::apply`] is for the start of an application: it runs expand and backfill of what is pending, and never
/// the contract of a database that is in use. [`Migrator::apply_all_phases`] is for tests.
///
/// It works on connections of its own, made with the pool's options; the pool's own connections and its hooks
/// (`after_connect` and so on) are left alone.
///
/// The future may be dropped at any moment, as by a time-out or a shutdown: nothing is lost, the next run goes on where
/// this one stopped, and is not kept waiting.
///
/// ```no_run
/// use std::time::Duration;
/// use schema_diff::Migrator;
/// use schema_diff::apply::{Event, Listener};
///
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// let pool = sqlx::PgPool::connect("postgres://localhost/shop").await?;
/// Migrator::load("migrations")?
///     .wait_for_others(Duration::from_secs(3600))
///     .listener(Listener::new(|event| {
///         if let Event::StepDone { title, .. } = event {
///             println!("{title}");
///         }
///     }))
///     .apply(&pool)
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Migrator {
    source: Source,
    listener: Option<Listener>,
    lock_patience: Duration,
    wait: Duration,
    window: Option<(Window, Outside)>,
    direct: Option<PgConnectOptions>,
}

#[derive(Clone, Debug)]
enum Source {
    Embedded(&'static [EmbeddedMigration]),
    Loaded(Vec<Migration>),
}

impl Migrator {
    /// The migrations that [`migrations!`](crate::migrations) embeds.
    pub const fn embedded(migrations: &'static [EmbeddedMigration]) -> Self {
        Self::new(Source::Embedded(migrations))
    }

    /// The migrations of a folder, relative to the working directory: in tests that is the package's.
    ///
    /// # Errors
    ///
    /// Where the folder isn't there, or a file of it can't be read.
    pub fn load(directory: impl AsRef<Path>) -> Result<Self, MigrationError> {
        let directory = directory.as_ref();
        // `load` takes a missing folder for an empty one: here that would be a wrong path which nobody notices.
        std::fs::read_dir(directory).map_err(|source| MigrationError::Io { path: directory.to_owned(), source })?;
        Ok(Self::new(Source::Loaded(load(directory)?)))
    }

    const fn new(source: Source) -> Self {
        Self { source, listener: None, lock_patience: LOCK_PATIENCE, wait: Duration::ZERO, window: None, direct: None }
    }

    /// Hears of every step, of backfills, and of what is waited for.
    #[must_use]
    pub fn listener(mut self, listener: Listener) -> Self {
        self.listener = Some(listener);
        self
    }

    /// How long another runner is waited for: of ten instances that start together one works, and the others find
    /// nothing to do when it is done. Without this a second runner is an error, [`ApplyError::Lease`].
    #[must_use]
    pub fn wait_for_others(mut self, at_most: Duration) -> Self {
        self.wait = at_most;
        self
    }

    /// How long a lock is tried for, all tries together; a minute by default.
    #[must_use]
    pub fn lock_patience(mut self, patience: Duration) -> Self {
        self.lock_patience = patience;
        self
    }

    /// When steps with strong locks may run, and what a run does outside of that. An application that is about to start
    /// will rather stop ([`Outside::Stop`]) than wait for the night.
    #[must_use]
    pub fn between(mut self, window: Window, outside: Outside) -> Self {
        self.window = Some((window, outside));
        self
    }

    /// The way past a pooler, for what can't run in a transaction.
    #[must_use]
    pub fn direct(mut self, options: PgConnectOptions) -> Self {
        self.direct = Some(options);
        self
    }

    /// The migrations, by version.
    ///
    /// # Errors
    ///
    /// Where an embedded file is not a migration's.
    pub fn migrations(&self) -> Result<Vec<Migration>, MigrationError> {
        match &self.source {
            Source::Embedded(embedded) => {
                in_order(embedded.iter().map(EmbeddedMigration::parse).collect::<Result<_, _>>()?)
            }
            Source::Loaded(migrations) => Ok(migrations.clone()),
        }
    }

    /// Runs expand and backfill of what is pending; on a database that has nothing of it yet, all phases. The contract
    /// of a live database is for `cargo schema contract`.
    ///
    /// Where nothing is pending, it looks at the history and does nothing else: no lease is taken, and no privilege
    /// but reading the history is needed. So it is, too, where the database is ahead: a newer release's migration is
    /// under way, and an instance of this release is started again meanwhile.
    ///
    /// # Errors
    ///
    /// As for `cargo schema apply`: another runner at work, a lock that is not to be had, a statement that fails,
    /// objects that are not what a migration was made for.
    pub async fn apply(&self, pool: &PgPool) -> Result<ApplyOutcome, ApplyError> {
        self.run(pool, "Migrator::apply", ApplyOptions { all_phases: false }).await
    }

    /// Runs every phase of every migration, the contract included: for tests, and for databases that nobody uses yet.
    ///
    /// # Errors
    ///
    /// As for [`Migrator::apply`].
    pub async fn apply_all_phases(&self, pool: &PgPool) -> Result<ApplyOutcome, ApplyError> {
        self.run(pool, "Migrator::apply_all_phases", ApplyOptions { all_phases: true }).await
    }

    /// Where everything stands. Nothing is written.
    ///
    /// # Errors
    ///
    /// Where the database can't be reached or the migrations can't be read.
    pub async fn status(&self, pool: &PgPool) -> Result<Status, ApplyError> {
        status(&self.target(pool), &self.migrations()?).await
    }

    async fn run(&self, pool: &PgPool, command: &str, options: ApplyOptions) -> Result<ApplyOutcome, ApplyError> {
        let migrations = self.migrations()?;
        let target = self.target(pool);
        if nothing_to_do(&target, &migrations, options).await? {
            return Ok(ApplyOutcome::default());
        }
        let listener = self.listener.clone().unwrap_or_else(Listener::silent);
        let runner = Runner::start_after_others(target, command, listener, self.wait).await?;
        let mut runner = runner.lock_patience(self.lock_patience);
        if let Some((window, outside)) = self.window.clone() {
            runner.set_window(window, outside);
        }
        let outcome = runner.apply(&migrations, options).await;
        // What stopped the run counts more than that the lease could not be given back.
        let finished = runner.finish().await;
        let outcome = outcome?;
        finished?;
        Ok(outcome)
    }

    pub(super) fn target(&self, pool: &PgPool) -> Target {
        Target::from_pool(pool, self.direct.clone())
    }
}

async fn nothing_to_do(target: &Target, migrations: &[Migration], options: ApplyOptions) -> Result<bool, ApplyError> {
    let mut connection = target.connect("schema-diff look").await?;
    let looked = check_format(&mut connection).await;
    if matches!(looked, Err(ApplyError::EarlierHistory)) {
        return Ok(false);
    }
    let records = if looked? { history::migrations(&mut connection).await? } else { Vec::new() };
    connection.close().await?;
    let newest = migrations.last().map_or(i64::MIN, |migration| migration.version);
    let is_unknown = |record: &MigrationRecord| !migrations.iter().any(|migration| migration.version == record.version);
    let gap = records.iter().any(|record| record.version < newest && is_unknown(record));
    Ok(!gap && migrations.iter().all(|migration| is_settled(migration, &records, options)))
}

/// Whether `apply` has nothing to do for a migration.
fn is_settled(migration: &Migration, records: &[MigrationRecord], options: ApplyOptions) -> bool {
    records.iter().any(|record| {
        let waits =
            matches!(record.state, MigrationState::Open | MigrationState::Contracting | MigrationState::InGrace);
        record.version == migration.version
            && record.checksum == migration.checksum
            && (record.state == MigrationState::Done || (waits && !record.all_phases && !options.all_phases))
    })
}
