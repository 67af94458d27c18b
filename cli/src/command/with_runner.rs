//! What `apply`, `confirm`, `contract` and `rollback` have in common: a runner with its lease, given back at the end.

use std::time::Duration;

use schema_diff::apply::{ApplyError, Runner};
use schema_diff::migration::Migration;

use crate::args::Global;
use crate::database;
use crate::failure::Failure;
use crate::project::Project;
use crate::report::progress::Bars;

/// Takes the lease, works, and gives the lease back whatever came of it.
pub(super) async fn with_runner<T>(
    project: &Project,
    global: &Global,
    command: &str,
    lock_patience: u64,
    work: impl AsyncFnOnce(&mut Runner, &[Migration]) -> Result<T, ApplyError>,
) -> Result<T, Failure> {
    let migrations = project.migrations()?;
    let target = database::target(global, project).await?;
    let bars = Bars::new(global);
    let runner = Runner::start(target, command, bars.listener()).await?;
    let mut runner = runner.lock_patience(Duration::from_secs(lock_patience));
    let outcome = work(&mut runner, &migrations).await;
    let finished = runner.finish().await;
    bars.finish();
    // Why the work failed says more than that the lease could not be given back over a broken connection.
    let outcome = outcome?;
    finished?;
    Ok(outcome)
}
