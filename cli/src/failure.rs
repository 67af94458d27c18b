//! Why a command ends otherwise than well: the library's errors, with their documented exit codes.

use schema_diff::apply::ApplyError;
use schema_diff::dialect::postgres::normalise::{NormaliseError, Refusal};
use schema_diff::dialect::postgres::session::is_time_out;
use schema_diff::draft::DraftError;
use schema_diff::embedded::EmbeddedError;
use schema_diff::migration::{LockError, MigrationError};
use schema_diff::model::declare::Mistake;
use schema_diff::plan::answer::Obstacle;
use schema_diff::proof::ProofError;

use crate::exit_code::{BUSY, DRIFT, ERROR, REFUSED, USAGE};

/// Why a command ends otherwise than well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A message with its exit code.
    Message { code: u8, text: String },
    /// Mistakes in the application's source.
    Mistakes(Vec<Mistake>),
    /// What the server doesn't accept of what is declared.
    Refusals(Vec<Refusal>),
    /// What stands in the way of a plan; with the format of the answer.
    Obstacles { obstacles: Vec<Obstacle>, json: bool },
    /// A run that stopped.
    Apply(Box<ApplyError>),
}

impl Failure {
    /// An error.
    pub(crate) fn error(text: impl Into<String>) -> Self {
        Self::Message { code: ERROR, text: text.into() }
    }

    /// A wrong call.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self::Message { code: USAGE, text: text.into() }
    }

    /// The database isn't what history and lock say.
    pub(crate) fn drift(text: impl Into<String>) -> Self {
        Self::Message { code: DRIFT, text: text.into() }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Message { code, .. } => *code,
            Self::Mistakes(_) | Self::Refusals(_) => ERROR,
            Self::Obstacles { obstacles, .. } => obstacles_code(obstacles),
            Self::Apply(error) => apply_code(error),
        }
    }
}

/// A mistake is one whatever is answered; a question comes before a consent.
fn obstacles_code(obstacles: &[Obstacle]) -> u8 {
    let any = |wanted: fn(&Obstacle) -> bool| obstacles.iter().any(wanted);
    if any(|obstacle| matches!(obstacle, Obstacle::Mistake { .. } | Obstacle::Unhandled { .. })) {
        ERROR
    } else if any(|obstacle| matches!(obstacle, Obstacle::Question(_))) {
        USAGE
    } else {
        REFUSED
    }
}

fn apply_code(error: &ApplyError) -> u8 {
    match error {
        ApplyError::Connection(error) if is_time_out(error) => BUSY,
        ApplyError::Lease(_) | ApplyError::Fenced | ApplyError::Locked { .. } | ApplyError::OutsideWindow { .. } => {
            BUSY
        }
        ApplyError::Statement(failure) if matches!(failure.code.as_deref(), Some("55P03" | "40P01" | "57014")) => BUSY,
        ApplyError::Drift { .. } | ApplyError::PartialBaseline { .. } => DRIFT,
        ApplyError::GateClosed { .. }
        | ApplyError::Overlap { .. }
        | ApplyError::NothingToConfirm(_)
        | ApplyError::CannotRollBack(_)
        | ApplyError::CannotRepair(_)
        | ApplyError::WouldLose { .. }
        | ApplyError::CannotResolve(_)
        | ApplyError::RollingBack(_)
        | ApplyError::LaterTrigger { .. } => REFUSED,
        ApplyError::UnknownVersion(_)
        | ApplyError::UnknownConsent { .. }
        | ApplyError::Url(_)
        | ApplyError::TimeZone(_)
        | ApplyError::Pooled { .. } => USAGE,
        ApplyError::Connection(_)
        | ApplyError::Broken(_)
        | ApplyError::ReadOnly(_)
        | ApplyError::Connect(_)
        | ApplyError::Statement(_)
        | ApplyError::Inspect(_)
        | ApplyError::Files(_)
        | ApplyError::HistoryFormat(_)
        | ApplyError::EarlierHistory
        | ApplyError::Edited(_)
        | ApplyError::Missing { .. }
        | ApplyError::MayNotSilence { .. }
        | ApplyError::RowsFailed { .. }
        | ApplyError::NotFilled { .. }
        | ApplyError::PauseQuery(_)
        | ApplyError::Worker(_)
        | ApplyError::NotDone { .. } => ERROR,
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        Self::Apply(Box::new(error))
    }
}

impl From<DraftError> for Failure {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Normalise(NormaliseError::Refused(refusals)) => Self::Refusals(refusals),
            // The pending migrations were run on the scratch server and met another database than they were made for.
            DraftError::Proof(ProofError::Run(
                error @ (ApplyError::Drift { .. } | ApplyError::PartialBaseline { .. }),
            )) => error.into(),
            DraftError::Proof(error @ ProofError::Walk { .. }) => Self::error(format!(
                "{error}\nnothing is written. Change what it names, or say --unproven to write it all the same; migration.toml then says so"
            )),
            other => Self::error(other.to_string()),
        }
    }
}

impl From<EmbeddedError> for Failure {
    fn from(error: EmbeddedError) -> Self {
        Self::error(error.to_string())
    }
}

impl From<MigrationError> for Failure {
    fn from(error: MigrationError) -> Self {
        Self::error(error.to_string())
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        Self::error(error.to_string())
    }
}
