//! The gate: what must be shown before the contract may begin. Each kind of evidence has its own file.

mod backfill;
mod clients;
mod confirmation;
mod counts;
mod dependents;
mod instances;
mod old_form;
mod quiet;
mod statements;
mod subscribers;
mod triggers;
mod waiver;
mod writes;

use std::fmt;

pub use self::counts::Counted;
pub(super) use self::counts::{counted, sampled};
use self::old_form::OldForm;
#[cfg(feature = "full")]
pub(crate) use self::old_form::new_names;
pub(super) use self::statements::calls;
pub(super) use self::waiver::waive;
pub use self::waiver::{WAIVABLE, Waiver};
pub(super) use self::writes::legacy_writes;
use sqlx::PgConnection;

use super::error::ApplyError;
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState};
use crate::dialect::postgres::inspect::inspect;
use crate::migration::Migration;

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its name.
    pub name: &'static str,
    /// Whether it lets the contract begin.
    pub finding: Finding,
    /// What was seen, and what to do where that isn't enough.
    pub words: String,
    /// Why the contract may begin all the same, where somebody said so.
    pub waived: Option<String>,
}

/// What a piece of evidence says of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It may begin.
    Open,
    /// It may not.
    Closed,
    /// Nothing; the confirmation stands for it.
    NotMeasured,
}

impl Finding {
    /// The words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::NotMeasured => "not measured",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Evidence {
    fn open(name: &'static str, words: impl Into<String>) -> Self {
        Self { name, finding: Finding::Open, words: words.into(), waived: None }
    }

    fn closed(name: &'static str, words: impl Into<String>) -> Self {
        Self { name, finding: Finding::Closed, words: words.into(), waived: None }
    }

    fn not_measured(name: &'static str, words: impl Into<String>) -> Self {
        Self { name, finding: Finding::NotMeasured, words: words.into(), waived: None }
    }

    /// Whether it lets the contract begin, by itself or because it was waived.
    pub fn lets_pass(&self) -> bool {
        self.finding != Finding::Closed || self.waived.is_some()
    }
}

/// Everything that the contract of an open migration waits for.
pub(super) async fn evidence(
    connection: &mut PgConnection,
    migration: &Migration,
    record: &MigrationRecord,
    waivers: &[Waiver],
) -> Result<Vec<Evidence>, ApplyError> {
    let mut evidence = waive(looked_at(connection, migration, record).await?, waivers);
    // Counting reads whole tables: it is left alone while the contract can't begin anyway.
    if evidence.iter().all(Evidence::lets_pass) {
        evidence.extend(waive(counted_evidence(connection, migration).await?, waivers));
    }
    Ok(evidence)
}

/// What costs a moment only: all but what is counted row by row.
pub(super) async fn looked_at(
    connection: &mut PgConnection,
    migration: &Migration,
    record: &MigrationRecord,
) -> Result<Vec<Evidence>, ApplyError> {
    let form = OldForm::of(migration);
    let since = history::confirmation(connection, record.version, record.attempt).await?;
    let since = since.as_ref();
    let mut evidence = vec![backfill::evidence(record), confirmation::evidence(record)];
    evidence.extend(since.and_then(quiet::evidence));
    evidence.extend(writes::evidence(connection, migration, &form, since).await?);
    evidence.push(instances::evidence(connection, migration, record).await?);
    evidence.push(clients::evidence(connection).await?);
    if !form.is_empty() {
        let facts = inspect(connection).await?.facts;
        evidence.push(statements::evidence(connection, migration, &form, since).await?);
        evidence.push(dependents::evidence(connection, migration, &form, &facts).await?);
        evidence.push(subscribers::evidence(connection, migration, &form).await?);
        evidence.extend(triggers::naming_functions(migration, &form, &facts));
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
    let lacking: Vec<String> = evidence.into_iter().filter(|one| !one.lets_pass()).map(|one| one.words).collect();
    if lacking.is_empty() { "run `cargo schema contract`".to_owned() } else { lacking.join("; ") }
}

/// What stands in the way of the contract, for `status`: all but what is counted row by row. While the backfill runs,
/// and where the migration isn't here, only what the history tells.
pub(super) async fn shown(
    connection: &mut PgConnection,
    migration: Option<&Migration>,
    record: &MigrationRecord,
) -> Result<Vec<Evidence>, ApplyError> {
    let is_behind = record.switched || matches!(record.state, MigrationState::InGrace | MigrationState::RollingBack);
    if !record.state.is_open() || is_behind {
        return Ok(Vec::new());
    }
    match migration.filter(|_| record.state != MigrationState::Running) {
        Some(migration) => looked_at(connection, migration, record).await,
        None => Ok(vec![backfill::evidence(record), confirmation::evidence(record)]),
    }
}
