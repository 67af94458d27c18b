//! Applies migrations: one runner at a time, every step recorded, resumed where it stopped.

mod all;
mod backfill;
mod check;
mod connection;
mod contract;
pub mod control;
mod error;
mod expand;
mod for_sqlx;
pub mod forecast;
pub mod gate;
mod lease;
mod locate;
mod loss;
mod migrator;
mod pooler;
mod progress;
mod resolve;
mod rollback;
mod runner;
mod status;
mod step;
mod watch;
mod window;

pub use all::apply_all;
pub use backfill::{BackfillOptions, FailedRow, Limits};
pub use connection::Target;
pub use error::{ApplyError, SqlFailure};
pub use expand::{ApplyOptions, ApplyOutcome, Done};
pub use lease::Holder;
pub use migrator::Migrator;
pub use progress::{Event, Listener};
pub use resolve::{Resolve, Resolved};
pub use runner::Runner;
pub use status::{MigrationStatus, Status, status};
pub use window::{Outside, Window};
