//! `rollback`: back to the old form, before the switch.

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
    allow: &[String],
    wait: &WaitArgs,
) -> Result<u8, Failure> {
    let name = with_runner(project, global, "rollback", wait, async |runner, migrations| {
        runner.rollback(migrations, version, allow).await
    })
    .await?;
    report::say(global, &format!("{name} is rolled back; what the old form holds is whole"));
    report::say(
        global,
        "its folder stays, and the next `cargo schema apply` runs it again; to be rid of it, delete the folder and run `cargo schema diff --write`",
    );
    Ok(DONE)
}
