//! How long a run may wait, and when it may take strong locks.

use clap::Args;
use schema_diff::apply::{Outside, Window};

/// How long a run may wait, and when it may take strong locks.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Waiting")]
pub(crate) struct WaitArgs {
    /// How long a lock is tried for, in seconds, all tries together
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) lock_patience: u64,
    /// How long another runner is waited for, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(crate) runner_patience: u64,
    /// Run steps with strong locks in this time of the day only, as in 01:00-05:00 (UTC) or "22:30-04:00 Europe/Berlin"; the others run at once
    #[arg(long, value_name = "WINDOW")]
    between: Option<Window>,
    /// Outside that time end with exit code 6 rather than wait
    #[arg(long, requires = "between")]
    no_wait: bool,
}

impl WaitArgs {
    /// The window, and what is done outside it.
    pub(crate) fn window(&self) -> Option<(Window, Outside)> {
        let outside = if self.no_wait { Outside::Stop } else { Outside::Wait };
        self.between.clone().map(|window| (window, outside))
    }
}
