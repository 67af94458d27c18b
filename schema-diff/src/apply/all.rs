//! All phases at once: for tests and for databases that nobody uses yet.

use std::path::Path;

use super::error::ApplyError;
use super::expand::ApplyOutcome;
use super::migrator::Migrator;

/// Applies every migration of a folder with all its phases, the contract included, to the database of a pool: in one
/// line what [`Migrator::load`] and [`Migrator::apply_all_phases`] do.
///
/// It is meant for `#[sqlx::test(migrations = false)]` and other databases that nobody uses yet; on a live one use
/// `cargo schema apply`. The folder is relative to the working directory, which is the package's in tests.
///
/// # Errors
///
/// The same as `cargo schema apply`: a migration that fails, files that can't be read, another runner at work.
pub async fn apply_all(pool: &sqlx::PgPool, directory: impl AsRef<Path>) -> Result<ApplyOutcome, ApplyError> {
    Migrator::load(directory)?.apply_all_phases(pool).await
}
