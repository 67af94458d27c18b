//! `release`: what is being rolled out.

use schema_diff::apply::release;

use crate::args::Global;
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;
use crate::{database, report};

pub(crate) async fn run(project: &Project, global: &Global, name: &str, commit: Option<&str>) -> Result<u8, Failure> {
    if name.trim().is_empty() {
        return Err(Failure::usage("the release needs a name: `cargo schema release v42`"));
    }
    release::record(&database::target(global, project).await?, name, commit).await?;
    report::say(
        global,
        &format!(
            "release {name} is recorded; when it is everywhere and nothing older runs, say `cargo schema confirm {name}`"
        ),
    );
    Ok(DONE)
}
