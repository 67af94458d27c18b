//! `status`: where every migration stands.

use schema_diff::apply::status;

use crate::args::{Format, Global};
use crate::exit_code::{DIFFERENCE, DONE};
use crate::failure::Failure;
use crate::project::Project;
use crate::{database, report};

pub(crate) async fn run(project: &Project, global: &Global, exit_code: bool) -> Result<u8, Failure> {
    let migrations = project.migrations()?;
    let target = database::target(global, project).await?;
    let status = status(&target, &migrations).await?;
    match global.format {
        Format::Text => report::status::text(&status),
        Format::Json => anstream::println!("{}", report::status::json(&status)),
    }
    Ok(if exit_code && status.has_pending_work() { DIFFERENCE } else { DONE })
}
