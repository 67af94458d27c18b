//! `apply`: expand and backfill of what is pending.

use schema_diff::apply::forecast::forecast;
use schema_diff::apply::{ApplyOptions, status};
use schema_diff::dialect::postgres::history::MigrationState;
use schema_diff::phase::Phase;
use schema_diff::statement::ScriptStep;

use super::with_runner::with_runner;
use crate::args::{BackfillArgs, Global, WaitArgs};
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;
use crate::{database, report};

pub(crate) async fn run(
    project: &Project,
    global: &Global,
    all_phases: bool,
    wait: &WaitArgs,
    backfill: &BackfillArgs,
) -> Result<u8, Failure> {
    let outcome = with_runner(project, global, "apply", wait, async |runner, migrations| {
        runner.set_backfill_options(backfill.into());
        runner.apply(migrations, ApplyOptions { all_phases }).await
    });
    let done = outcome.await?.done;
    if done.is_empty() {
        report::say(global, "nothing to apply");
    }
    for one in &done {
        let words = match one.state {
            MigrationState::Open => {
                "expanded and backfilled; roll the new release out, then `cargo schema confirm RELEASE` and `cargo schema contract`"
            }
            _ => "done",
        };
        report::say(global, &format!("{}: {words}", one.migration));
    }
    Ok(DONE)
}

/// Shows what would run, and changes nothing.
pub(crate) async fn dry_run(
    project: &Project,
    global: &Global,
    all_phases: bool,
    backfill: &BackfillArgs,
) -> Result<u8, Failure> {
    let migrations = project.migrations()?;
    let target = database::target(global, project).await?;
    let status = status(&target, &migrations).await?;
    let mut nothing = true;
    for migration in &migrations {
        let Some(found) = status.migrations.iter().find(|found| found.version == migration.version) else { continue };
        if !matches!(found.state, MigrationState::Pending | MigrationState::Running | MigrationState::RolledBack) {
            continue;
        }
        nothing = false;
        report::say(global, &format!("{} would run:", migration.folder_name()));
        // A migration that was rolled back begins anew, whatever its last attempt had done.
        let is_new = found.state == MigrationState::RolledBack;
        let done = |phase: &str, number: u32| {
            !is_new
                && found
                    .steps
                    .iter()
                    .any(|step| step.phase == phase && step.step == number as i32 && step.state == "done")
        };
        let comes = |step: &&ScriptStep| {
            step.is_work() && (step.phase != Phase::Contract || all_phases) && !done(step.phase.as_str(), step.number)
        };
        for step in migration.steps.iter().filter(comes) {
            report::say(global, &format!("  {} {}: {}", step.phase, step.number, step.title));
        }
        let forecast = forecast(&target, migration.steps.iter().filter(comes), &backfill.into()).await?;
        report::forecast::lines(&forecast).iter().for_each(|line| report::say(global, &format!("  {line}")));
        if migration.has_contract() && !all_phases {
            report::say(
                global,
                "  (its contract comes later, by `cargo schema contract`; on an empty database it runs at once)",
            );
        }
    }
    if nothing {
        report::say(global, "nothing to apply");
    }
    Ok(DONE)
}
