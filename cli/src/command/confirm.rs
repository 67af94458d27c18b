//! `confirm`: a release is everywhere, nothing older runs.

use schema_diff::apply::Runner;

use crate::args::Global;
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;
use crate::{database, report};

pub(crate) async fn run(project: &Project, global: &Global, release: &str) -> Result<u8, Failure> {
    if release.trim().is_empty() {
        return Err(Failure::usage("the release needs a name: `cargo schema confirm v42`"));
    }
    let migrations = project.migrations()?;
    let target = database::target(global, project).await?;
    let bars = report::progress::Bars::new(global);
    let mut runner = Runner::start(target, "confirm", bars.listener()).await?;
    let outcome = runner.confirm(&migrations, release).await;
    // What stopped the run counts more than that the lease could not be given back.
    let finished = runner.finish().await;
    let names = outcome?;
    finished?;
    for name in names {
        report::say(
            global,
            &format!("{name}: release {release} is confirmed; `cargo schema contract` may remove the old form"),
        );
    }
    Ok(DONE)
}
