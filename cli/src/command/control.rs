//! `pause` and `resume`: what a backfill is asked to do while it is at work, from another terminal.

use schema_diff::apply::control;

use crate::args::Global;
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;
use crate::{database, report};

/// Backfills rest from the next batch on, until `resume`.
pub(crate) async fn pause(project: &Project, global: &Global) -> Result<u8, Failure> {
    let target = database::target(global, project).await?;
    let runner = control::pause(&target).await?;
    let words = match runner {
        Some(holder) => format!("paused: {holder} rests after its batch"),
        None => "paused: nobody is at work; the next backfill waits".to_owned(),
    };
    report::say(global, &format!("{words}, until `cargo schema resume`"));
    Ok(DONE)
}

/// Backfills go on, at another rate if one is given.
pub(crate) async fn resume(project: &Project, global: &Global, rate: Option<i64>) -> Result<u8, Failure> {
    let target = database::target(global, project).await?;
    let runner = control::resume(&target, rate).await?;
    let pace = rate.map_or_else(String::new, |rate| format!(" at {rate} rows per second at most"));
    let words = match runner {
        Some(holder) => format!("{holder} goes on{pace}"),
        None => format!("nobody is at work; the next backfill runs{pace}"),
    };
    report::say(global, &words);
    Ok(DONE)
}
