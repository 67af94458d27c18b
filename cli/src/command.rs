//! The commands, a file each.

mod answers;
mod apply;
mod ask;
pub(crate) mod check;
pub(crate) mod compat;
mod confirm;
mod contract;
mod control;
mod dev;
mod diff;
mod drift;
mod init;
mod new;
pub(crate) mod pull;
mod release;
mod repair;
mod resolve;
mod rollback;
mod side;
mod status;
mod with_runner;

use schema_diff::apply::Rollback;

use crate::args::{Cli, Command};
use crate::failure::Failure;
use crate::project::Project;

/// Runs what was asked for; gives the exit code.
pub(crate) async fn run(cli: Cli) -> Result<u8, Failure> {
    let project = Project::find(&cli.global)?;
    let global = &cli.global;
    match cli.command {
        Command::Init => init::run(&project, global),
        Command::New { name } => new::run(&project, &name),
        Command::Diff(args) => diff::run(&project, global, &args).await,
        Command::Check(args) => check::run(&project, global, &args).await,
        Command::Compat(args) => compat::run(&project, global, &args).await,
        Command::Drift(args) => drift::run(&project, global, &args).await,
        Command::Pull(args) => pull::run(&project, global, &args).await,
        Command::Apply { all_phases, dry_run: true, backfill, .. } => {
            apply::dry_run(&project, global, all_phases, &backfill).await
        }
        Command::Apply { all_phases, dry_run: false, wait, backfill } => {
            apply::run(&project, global, all_phases, &wait, &backfill).await
        }
        Command::Pause => control::pause(&project, global).await,
        Command::Resume { rate } => control::resume(&project, global, rate).await,
        Command::Release { name, commit } => release::run(&project, global, &name, commit.as_deref()).await,
        Command::Confirm { release } => confirm::run(&project, global, &release).await,
        Command::Contract(args) => contract::run(&project, global, &args).await,
        Command::Rollback { version, whole, allow, wait } => {
            rollback::run(&project, global, Rollback { version, whole, allowed: allow }, &wait).await
        }
        Command::Status(args) => status::run(&project, global, &args).await,
        Command::Repair(args) => repair::run(&project, global, &args).await,
        Command::Resolve(args) => resolve::run(&project, global, &args).await,
        Command::Dev { action } => dev::run(&project, global, &action).await,
    }
}
