//! `contract`: the old form goes, when the gate is open.

use super::with_runner::with_runner;
use crate::args::{Global, WaitArgs};
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;
use crate::report;

pub(crate) async fn run(
    project: &Project,
    global: &Global,
    version: Option<i64>,
    wait: &WaitArgs,
) -> Result<u8, Failure> {
    let done = with_runner(project, global, "contract", wait, async |runner, migrations| {
        runner.contract(migrations, version).await
    })
    .await?;
    if done.is_empty() {
        report::say(global, "nothing to contract: no migration is open");
    }
    for name in done {
        report::say(global, &format!("{name}: the old form is gone; the migration is done"));
    }
    Ok(DONE)
}
