//! The boot check: whether this database is what a release was built for.

use sqlx::{Connection, PgPool};

use super::connection::Target;
use super::error::ApplyError;
use super::migrator::Migrator;
use super::runner::check_format;
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState, contracted};
use crate::migration::Migration;

/// Why a release can't work on a database.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// A migration that this release was built with is not applied, or its backfill isn't complete.
    #[error(
        "this release needs {}, and in this database the backfill is not complete: run `cargo schema apply`, then start this release again",
        .0.join(", ")
    )]
    NotBackfilled(Vec<String>),
    /// A contract has removed the form that this release works with.
    #[error(
        "the contract of {} has removed the form that this release works with: start a release that was built with this migration",
        .0.join(", ")
    )]
    Contracted(Vec<String>),
    /// It could not be found out.
    #[error(transparent)]
    Unknown(#[from] ApplyError),
}

/// Whether a release, by the migrations that it was built with, can work on this database. Nothing is written; SELECT on
/// `public._schema_migrations` is all that the role needs.
///
/// ```no_run
/// static MIGRATIONS: schema_diff::Migrator = schema_diff::migrations!("../examples/bookstore/migrations");
///
/// # async fn start(pool: &sqlx::PgPool) -> Result<(), schema_diff::apply::NotReady> {
/// schema_diff::ready(pool, &MIGRATIONS).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`NotReady::NotBackfilled`] in a release that is newer than the database: it would find rows without its values.
/// [`NotReady::Contracted`] in one that is older than a contract which is done, also one whose grace time runs.
/// [`NotReady::Unknown`] where the database can't be reached, the history can't be read, or an embedded file is no
/// migration's.
pub async fn ready(pool: &PgPool, migrator: &Migrator) -> Result<(), NotReady> {
    migrator.ready(pool).await
}

impl Migrator {
    /// The same as [`ready`](crate::ready()).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn ready(&self, pool: &PgPool) -> Result<(), NotReady> {
        let migrations = self.migrations().map_err(ApplyError::from)?;
        let (records, contracted) = read(&self.target(pool)).await?;
        let contracted: Vec<String> = contracted
            .into_iter()
            .filter(|(version, _)| !migrations.iter().any(|migration| migration.version == *version))
            .map(|(version, name)| format!("{version}_{name}"))
            .collect();
        if !contracted.is_empty() {
            return Err(NotReady::Contracted(contracted));
        }
        let missing = migrations.iter().filter(|migration| !is_backfilled(migration, &records));
        let missing: Vec<String> = missing.map(Migration::folder_name).collect();
        if missing.is_empty() { Ok(()) } else { Err(NotReady::NotBackfilled(missing)) }
    }
}

/// The history's records, and the migrations whose contract is done.
async fn read(target: &Target) -> Result<(Vec<MigrationRecord>, Vec<(i64, String)>), ApplyError> {
    let mut connection = target.connect("schema-diff ready").await?;
    let mut found = (Vec::new(), Vec::new());
    if check_format(&mut connection).await? {
        found = (history::migrations(&mut connection).await?, contracted(&mut connection).await?);
    }
    connection.close().await?;
    Ok(found)
}

fn is_backfilled(migration: &Migration, records: &[MigrationRecord]) -> bool {
    let taken_back = |state| matches!(state, MigrationState::RollingBack | MigrationState::RolledBack);
    records.iter().any(|record| record.version == migration.version && record.backfilled && !taken_back(record.state))
}
