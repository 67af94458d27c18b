//! What `status` and `resolve` take.

use clap::{ArgGroup, Args, ValueEnum};

/// What `status` takes; with `--verbose` it shows what is over as well.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Exit with 3 where something is pending or open
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Look every two seconds until nothing is on its way any more
    #[arg(long)]
    pub(crate) watch: bool,
    /// Count, on the server, the rows of open migrations in which both forms disagree; it reads whole tables and blocks nobody
    #[arg(long, conflicts_with = "watch")]
    pub(crate) verify: bool,
    /// With --verify: look at about so many pages of each table, chosen at random, and not at all of it
    #[arg(long, value_name = "PAGES", requires = "verify", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) sample: Option<u32>,
}

/// What `repair` takes.
#[derive(Debug, Args)]
pub(crate) struct RepairArgs {
    /// The migration
    #[arg(value_name = "VERSION")]
    pub(crate) migration: i64,
    /// Which form is right where they disagree; the other one is computed from it
    #[arg(id = "right", long = "from", value_enum, value_name = "SIDE")]
    pub(crate) side: RightSide,
    /// Show the rows, try one batch, and take it back
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Which form is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RightSide {
    /// The old column
    Old,
    /// The new column
    New,
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
