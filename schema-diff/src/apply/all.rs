//! All phases at once: for tests and for databases that nobody uses yet.

use std::path::Path;

use super::connection::Target;
use super::error::ApplyError;
use super::expand::{ApplyOptions, ApplyOutcome};
use super::progress::Listener;
use super::runner::Runner;
use crate::migration::load;

/// Applies every migration of a folder with all its phases, the contract included, to the database of a pool.
///
/// It is meant for `#[sqlx::test(migrations = false)]` and other databases that nobody uses yet; on a live one use
/// `cargo schema apply`. The folder is relative to the working directory, which is the package's in tests.
///
/// # Errors
///
/// The same as `cargo schema apply`: a migration that fails, files that can't be read, another runner at work.
pub async fn apply_all(pool: &sqlx::PgPool, directory: impl AsRef<Path>) -> Result<ApplyOutcome, ApplyError> {
    let migrations = load(directory.as_ref())?;
    let mut runner = Runner::start(Target::from_pool(pool), "apply_all", Listener::silent()).await?;
    let outcome = runner.apply(&migrations, ApplyOptions { all_phases: true }).await;
    // What stopped the run counts more than that the lease could not be given back.
    let finished = runner.finish().await;
    let outcome = outcome?;
    finished?;
    Ok(outcome)
}
