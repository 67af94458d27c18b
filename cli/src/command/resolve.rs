//! `resolve`: what somebody did by hand is marked in the history.

use schema_diff::apply::{Resolve, Resolved};
use schema_diff::phase::Phase;

use super::with_runner::with_runner;
use crate::args::{Global, ResolveArgs, WaitArgs};
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;
use crate::report;

pub(crate) async fn run(project: &Project, global: &Global, args: &ResolveArgs) -> Result<u8, Failure> {
    if args.reason.trim().is_empty() {
        return Err(Failure::usage("say why: --reason \"built by hand at night, ticket 4711\""));
    }
    let state = match (args.done, args.pending) {
        (true, _) => Resolved::Done,
        (_, true) => Resolved::Pending,
        _ => Resolved::RolledBack,
    };
    let resolve = Resolve {
        version: args.migration,
        step: args.step.as_deref().map(step).transpose()?,
        state,
        reason: args.reason.clone(),
        force: args.force,
    };
    let wait = WaitArgs::default();
    let marked = with_runner(project, global, "resolve", &wait, async |runner, migrations| {
        runner.resolve(migrations, &resolve).await
    });
    report::say(global, &format!("{}; who, when and why stands in the history", marked.await?));
    Ok(DONE)
}

/// `backfill/2`.
fn step(text: &str) -> Result<(Phase, u32), Failure> {
    let wrong = || {
        Failure::usage(format!(
            "`{text}` is no step: write PHASE/NUMBER as `cargo schema status` shows them, as in backfill/2"
        ))
    };
    let (phase, number) = text.split_once('/').ok_or_else(wrong)?;
    let mut phases = Phase::ALL.into_iter().chain([Phase::Undo]);
    let phase = phases.find(|known| known.as_str() == phase).ok_or_else(wrong)?;
    Ok((phase, number.parse().map_err(|_| wrong())?))
}
