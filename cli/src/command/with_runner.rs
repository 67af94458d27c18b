//! What `apply`, `confirm`, `contract` and `rollback` have in common: a runner with its lease, given back at the end.

use std::time::Duration;

use schema_diff::apply::{ApplyError, Runner};
use schema_diff::migration::Migration;

use crate::args::{Global, WaitArgs};
use crate::database;
use crate::failure::Failure;
use crate::project::Project;
use crate::report::progress::Bars;

/// Takes the lease, works, and gives the lease back whatever came of it.
pub(super) async fn with_runner<T>(
    project: &Project,
    global: &Global,
    command: &str,
    wait: &WaitArgs,
    work: impl AsyncFnOnce(&mut Runner, &[Migration]) -> Result<T, ApplyError>,
) -> Result<T, Failure> {
    let migrations = project.migrations()?;
    let target = database::target(global, project).await?;
    let bars = Bars::new(global);
    let grace = project.config.grace()?;
    let for_others = Duration::from_secs(wait.runner_patience);
    let runner = Runner::start_after_others(target, command, bars.listener(), for_others).await?;
    let mut runner = runner.lock_patience(Duration::from_secs(wait.lock_patience));
    runner.set_grace(grace);
    if let Some((window, outside)) = wait.window() {
        runner.set_window(window, outside);
    }
    let outcome = work(&mut runner, &migrations).await;
    let finished = runner.finish().await;
    bars.finish();
    // Why the work failed says more than that the lease could not be given back over a broken connection.
    let outcome = outcome?;
    finished?;
    Ok(outcome)
}
