//! What `status` and `resolve` take.

use clap::{ArgGroup, Args};

/// What `status` takes; with `--verbose` it shows what is over as well.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Exit with 3 where something is pending or open
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Look every two seconds until nothing is on its way any more
    #[arg(long)]
    pub(crate) watch: bool,
}

/// What `resolve` takes.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("state").required(true).args(["done", "pending", "rolled_back"]))]
pub(crate) struct ResolveArgs {
    /// The migration
    #[arg(value_name = "VERSION")]
    pub(crate) migration: i64,
    /// One step of it, as `status` shows them: backfill/2; without it the whole migration
    #[arg(long, value_name = "PHASE/NUMBER")]
    pub(crate) step: Option<String>,
    /// Somebody has done it
    #[arg(long)]
    pub(crate) done: bool,
    /// The step is to be run again
    #[arg(long, requires = "step")]
    pub(crate) pending: bool,
    /// Somebody has taken the whole migration back
    #[arg(long, conflicts_with = "step")]
    pub(crate) rolled_back: bool,
    /// Why, for whoever reads the history
    #[arg(long, value_name = "WHY")]
    pub(crate) reason: String,
    /// Although the database says otherwise
    #[arg(long)]
    pub(crate) force: bool,
}
