//! `contract`: the old form goes, when the gate is open.

use std::time::Duration;

use schema_diff::apply::Runner;

use crate::args::{Global, WaitArgs};
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;
use crate::{database, report};

pub(crate) async fn run(
    project: &Project,
    global: &Global,
    version: Option<i64>,
    wait: &WaitArgs,
) -> Result<u8, Failure> {
    let migrations = project.migrations()?;
    let target = database::target(global, project).await?;
    let bars = report::progress::Bars::new(global);
    let mut runner = Runner::start(target, "contract", bars.listener())
        .await?
        .lock_patience(Duration::from_secs(wait.lock_patience));
    let outcome = runner.contract(&migrations, version).await;
    // What stopped the run counts more than that the lease could not be given back.
    let finished = runner.finish().await;
    bars.finish();
    let done = outcome?;
    finished?;
    if done.is_empty() {
        report::say(global, "nothing to contract: no migration is open");
    }
    for name in done {
        report::say(global, &format!("{name}: the old form is gone; the migration is done"));
    }
    Ok(DONE)
}
