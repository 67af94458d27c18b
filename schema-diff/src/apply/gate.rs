//! The gate: what must be shown before the contract may begin. Each kind of evidence has its own file.

mod backfill;
mod confirmation;
mod counts;
mod triggers;

pub use self::counts::Counted;
pub(super) use self::counts::{counted, sampled};
use sqlx::PgConnection;

use super::error::ApplyError;
use crate::dialect::postgres::history::{MigrationRecord, MigrationState};
use crate::migration::Migration;

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its name.
    pub name: &'static str,
    /// Whether it lets the contract begin.
    pub open: bool,
    /// What was seen, and what to do where that isn't enough.
    pub words: String,
}

/// Everything that the contract of an open migration waits for.
pub(super) async fn evidence(
    connection: &mut PgConnection,
    migration: &Migration,
    record: &MigrationRecord,
) -> Result<Vec<Evidence>, ApplyError> {
    let mut evidence = vec![backfill::evidence(record), confirmation::evidence(record)];
    evidence.extend(triggers::naming_functions(connection, migration).await?);
    // Counting reads whole tables: it is left alone while the contract can't begin anyway.
    if evidence.iter().all(|one| one.open) {
        evidence.extend(counted_evidence(connection, migration).await?);
    }
    Ok(evidence)
}

/// What the server itself shows at this moment: both forms are kept in step, and they are equal.
pub(super) async fn counted_evidence(
    connection: &mut PgConnection,
    migration: &Migration,
) -> Result<Vec<Evidence>, ApplyError> {
    let mut evidence = triggers::silenced(connection, migration).await?;
    evidence.extend(counts::evidence(connection, migration).await?);
    Ok(evidence)
}

/// What an open migration still lacks, in words, as far as the history alone can tell.
pub(super) fn lacks(record: &MigrationRecord) -> String {
    if let Some(grace) = record.grace.as_ref().filter(|_| record.state == MigrationState::InGrace) {
        return format!(
            "what it takes away is set aside until {}: `cargo schema rollback {version}` brings it back, `cargo schema contract {version} --grace 0` drops it at once",
            grace.until,
            version = record.version
        );
    }
    let evidence = [backfill::evidence(record), confirmation::evidence(record)];
    let lacking: Vec<String> = evidence.into_iter().filter(|one| !one.open).map(|one| one.words).collect();
    if lacking.is_empty() { "run `cargo schema contract`".to_owned() } else { lacking.join("; ") }
}

/// What stands in the way of the contract, as far as the history alone can tell: for `status`.
pub(super) fn recorded_evidence(record: &MigrationRecord) -> Vec<Evidence> {
    let is_behind = matches!(record.state, MigrationState::InGrace | MigrationState::RollingBack);
    if record.state.is_open() && !is_behind {
        vec![backfill::evidence(record), confirmation::evidence(record)]
    } else {
        Vec::new()
    }
}
