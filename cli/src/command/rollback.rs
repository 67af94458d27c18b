//! `rollback`: back to the old form, before the switch; in the grace time, from behind it.

use schema_diff::apply::Rollback;

use super::with_runner::with_runner;
use crate::args::{Global, WaitArgs};
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;
use crate::report;

pub(crate) async fn run(project: &Project, global: &Global, wanted: Rollback, wait: &WaitArgs) -> Result<u8, Failure> {
    let taken_back = with_runner(project, global, "rollback", wait, async |runner, migrations| {
        runner.rollback(migrations, &wanted).await
    })
    .await?;
    let name = taken_back.migration;
    if taken_back.is_open {
        report::say(
            global,
            &format!(
                "{name}: the old form is back, and the migration is open as before its contract; both releases work"
            ),
        );
        report::say(
            global,
            "next: `cargo schema rollback --whole` when the new release is gone, or `cargo schema confirm` and `contract`",
        );
        return Ok(DONE);
    }
    report::say(global, &format!("{name} is rolled back; what the old form holds is whole"));
    report::say(
        global,
        "its folder stays, and the next `cargo schema apply` runs it again; to be rid of it, delete the folder and run `cargo schema diff --write`",
    );
    Ok(DONE)
}
