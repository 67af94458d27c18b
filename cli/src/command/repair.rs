//! `repair`: rows in which both forms disagree are brought back in step.

use schema_diff::apply::Side;

use super::with_runner::with_runner;
use crate::args::{Global, RepairArgs, RightSide, WaitArgs};
use crate::exit_code::{DONE, REFUSED};
use crate::failure::Failure;
use crate::project::Project;
use crate::report;

pub(crate) async fn run(project: &Project, global: &Global, args: &RepairArgs) -> Result<u8, Failure> {
    let (side, other, word) = match args.side {
        RightSide::Old => (Side::Old, "new", "old"),
        RightSide::New => (Side::New, "old", "new"),
    };
    let wait = WaitArgs::default();
    let repaired = with_runner(project, global, "repair", &wait, async |runner, migrations| {
        runner.repair(migrations, args.migration, side, args.dry_run).await
    });
    let mut all = true;
    for one in repaired.await? {
        report::say(global, &format!("{}: {}{}", one.before.title, one.before.found, one.before.listed()));
        if args.dry_run {
            report::say(
                global,
                &format!(
                    "nothing was changed; of a first batch of at most 500, {} would get a {other} value computed from the {word} one",
                    one.rows
                ),
            );
            continue;
        }
        report::say(
            global,
            &format!("{} rows are in step again, {} still disagree{}", one.rows, one.left.found, one.left.listed()),
        );
        all &= one.left.found == 0;
    }
    if all {
        return Ok(DONE);
    }
    report::say(
        global,
        "what is left needs a decision row by row: a NULL never overwrites a value, a value that the way back and forth would change is kept, and rows may be locked",
    );
    Ok(REFUSED)
}
