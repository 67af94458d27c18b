//! `rollback`: back to the old form, before the switch.

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
    let mut runner = Runner::start(target, "rollback", bars.listener())
        .await?
        .lock_patience(Duration::from_secs(wait.lock_patience));
    let outcome = runner.rollback(&migrations, version).await;
    // What stopped the run counts more than that the lease could not be given back.
    let finished = runner.finish().await;
    bars.finish();
    let name = outcome?;
    finished?;
    report::say(global, &format!("{name} is rolled back; nothing was lost, since both forms were kept in step"));
    report::say(
        global,
        "its folder stays, and the next `cargo schema apply` runs it again; to be rid of it, delete the folder and run `cargo schema diff --write`",
    );
    Ok(DONE)
}
