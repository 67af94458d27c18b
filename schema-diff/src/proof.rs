//! Proof on a real scratch server: what is planned is run there before it is written.

mod claims;
mod compat;
mod end_state;
mod execute;
mod load;
mod prove;
mod rehearse;
mod release;
mod scratch;
mod walk;

pub use claims::{blocking_work, wrong_claims};
pub use compat::{Class, CompatFinding, Compatibility, Moment, Releases, Untried, compat};
pub use end_state::{Leftover, load_baseline};
pub use execute::{Sessions, StepFailure};
pub use prove::{Proposition, Proven, prove, prove_again};
pub use rehearse::{LiveHistory, Rehearsed, rehearse};
pub use scratch::{Scratch, ScratchChoice, ScratchDatabase};

use crate::apply::ApplyError;
use crate::dialect::postgres::inspect::InspectError;
use crate::embedded::EmbeddedError;
use crate::migration::MigrationError;

/// Why a proof could not be had, or failed.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// No scratch server.
    #[error(
        "no scratch server for the proof, so nothing is written: {0}; or name another server, on which databases may be made and dropped, with --scratch-url URL"
    )]
    NoServer(#[from] EmbeddedError),
    /// The scratch server of the user can't be used.
    #[error("the scratch server can't be used: {0}")]
    Scratch(String),
    /// The scratch server of the user is of another major version than the target.
    #[error(
        "the scratch server is PostgreSQL {found}, the target is {target}: what one shows says nothing about the other, so name a scratch server of version {target}, or none"
    )]
    OtherVersion {
        /// The target's major version.
        target: u16,
        /// The scratch server's.
        found: u16,
    },
    /// What the target has can't be made on the scratch server.
    #[error(
        "the scratch server can't hold what the target has: `{statement}` failed: {message}; where an extension is missing, name a scratch server that has it with --scratch-url URL"
    )]
    Load {
        /// The statement.
        statement: String,
        /// What the server said.
        message: String,
    },
    /// A migration failed on the scratch server.
    #[error("the plan failed on the scratch server, so nothing is written: {}", failed(.0))]
    Run(#[from] ApplyError),
    /// The catalog could not be read.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// The files could not be written to be run.
    #[error(transparent)]
    Files(#[from] MigrationError),
    /// The end isn't what was asked for.
    #[error("the plan does not end where it should, so nothing is written (this is a mistake of cargo-schema, please report it): {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Leftover(Vec<Leftover>),
    /// The walk found something.
    #[error("the proof found a fault, in {at}: {what}")]
    Walk {
        /// Where.
        at: String,
        /// What.
        what: String,
    },
    /// A rollback is under way.
    #[error("the rollback of {0} is not finished: run `cargo schema rollback` first")]
    RollingBack(String),
}

/// The files that were run are gone, so the statement itself is shown.
fn failed(error: &ApplyError) -> String {
    match error {
        ApplyError::Statement(failure) => {
            format!("{}, in step \"{}\":\n{}", failure.message, failure.title, failure.sql)
        }
        other => other.to_string(),
    }
}
