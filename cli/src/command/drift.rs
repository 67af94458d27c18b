//! `drift`: the live database against what the applied migrations leave behind. Nothing is written.

use schema_diff::draft::{drift, live};
use schema_diff::proof::{Scratch, ScratchChoice};

use crate::args::{Format, Global};
use crate::exit_code::{DONE, DRIFT};
use crate::failure::Failure;
use crate::project::Project;
use crate::report::progress::Spinner;
use crate::{database, report};

pub(crate) async fn run(project: &Project, global: &Global, scratch_url: Option<String>) -> Result<u8, Failure> {
    let (migrations, lock) = (project.migrations()?, project.lock()?);
    let target = database::target(global, project).await?;
    let (mut connection, side) = live(&target).await?;
    let spinner = Spinner::new();
    let choice = match scratch_url.or_else(|| project.config.scratch_url.clone()) {
        Some(url) => ScratchChoice::Url(url),
        None => ScratchChoice::Embedded,
    };
    let mut scratch = Scratch::new(choice, side.inspection.major, spinner.embedded());
    let found = drift(&mut connection, &mut scratch, &side, &lock, &migrations).await?;
    spinner.finish();
    match global.format {
        Format::Text => report::drift::show(global, &found),
        Format::Json => anstream::println!("{}", report::drift::json(&found)),
    }
    Ok(if found.items.is_empty() { DONE } else { DRIFT })
}
