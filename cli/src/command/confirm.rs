//! `confirm`: a release is everywhere, nothing older runs.

use super::with_runner::with_runner;
use crate::args::{Global, WaitArgs};
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;
use crate::report;

pub(crate) async fn run(project: &Project, global: &Global, release: &str) -> Result<u8, Failure> {
    if release.trim().is_empty() {
        return Err(Failure::usage("the release needs a name: `cargo schema confirm v42`"));
    }
    let wait = WaitArgs::default();
    let quiet = project.config.quiet()?;
    let confirmed = with_runner(project, global, "confirm", &wait, async |runner, migrations| {
        runner.set_quiet(quiet);
        runner.confirm(migrations, release).await
    });
    for name in confirmed.await? {
        report::say(
            global,
            &format!("{name}: release {release} is confirmed; `cargo schema contract` may remove the old form"),
        );
    }
    Ok(DONE)
}
