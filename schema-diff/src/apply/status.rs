//! `status`: where every migration stands, and what it waits for. Nothing is written.

use super::connection::Target;
use super::error::ApplyError;
use super::gate::{self, Evidence};
use super::lease::Holder;
use super::runner::check_format;
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState, StepRecord};
use crate::dialect::postgres::lease;
use crate::dialect::postgres::sync::legacy_counters;
use crate::migration::Migration;
use crate::phase::Phase;
use crate::statement::Body;

/// Where everything stands.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// The migrations of the folder and of the history, by version.
    pub migrations: Vec<MigrationStatus>,
    /// Who is at work.
    pub runner: Option<Holder>,
}

/// Where one migration stands.
#[derive(Clone, Debug)]
pub struct MigrationStatus {
    /// The version.
    pub version: i64,
    /// The name.
    pub name: String,
    /// Where it stands; a migration that the history doesn't know is pending.
    pub state: MigrationState,
    /// Whether its files were changed after it was applied, or are gone.
    pub edited: bool,
    /// The history's record.
    pub record: Option<MigrationRecord>,
    /// Its steps in the history.
    pub steps: Vec<StepRecord>,
    /// How many steps its files have on the way forward, gates left out.
    pub step_count: usize,
    /// What its contract waits for.
    pub evidence: Vec<Evidence>,
    /// How often the old release has written since expand.
    pub legacy_writes: Option<i64>,
}

impl Status {
    /// Whether anything is pending or open.
    pub fn has_pending_work(&self) -> bool {
        self.migrations.iter().any(|migration| !matches!(migration.state, MigrationState::Done))
    }
}

/// Reads the status.
pub async fn status(target: &Target, migrations: &[Migration]) -> Result<Status, ApplyError> {
    let mut connection = target.connect("schema-diff status").await?;
    let mut status = Status::default();
    let records = if history::exists(&mut connection).await? {
        check_format(&mut connection).await?;
        status.runner = lease::holder(&mut connection).await?.map(Holder::from);
        history::migrations(&mut connection).await?
    } else {
        Vec::new()
    };
    let mut versions: Vec<i64> =
        migrations.iter().map(|m| m.version).chain(records.iter().map(|r| r.version)).collect();
    versions.sort_unstable();
    versions.dedup();
    for version in versions {
        let migration = migrations.iter().find(|migration| migration.version == version);
        let record = records.iter().find(|record| record.version == version);
        status.migrations.push(one(&mut connection, version, migration, record).await?);
    }
    Ok(status)
}

async fn one(
    connection: &mut sqlx::PgConnection,
    version: i64,
    migration: Option<&Migration>,
    record: Option<&MigrationRecord>,
) -> Result<MigrationStatus, ApplyError> {
    let state = record.map_or(MigrationState::Pending, |record| record.state);
    let steps = match record {
        Some(record) => history::steps(connection, version, record.attempt).await?,
        None => Vec::new(),
    };
    let mut legacy_writes = None;
    for counter in
        migration.filter(|_| state.is_open()).map(|m| legacy_counters(expand_statements(m))).unwrap_or_default()
    {
        if let Some(count) = history::legacy_writes(connection, &counter).await? {
            legacy_writes = Some(legacy_writes.unwrap_or(0) + count);
        }
    }
    let applied = !matches!(state, MigrationState::Pending | MigrationState::RolledBack);
    let same = |migration: &Migration| record.is_none_or(|record| record.checksum == migration.checksum);
    Ok(MigrationStatus {
        version,
        name: migration
            .map_or_else(|| record.map(|record| record.name.clone()).unwrap_or_default(), |m| m.name.clone()),
        state,
        edited: applied && !migration.is_some_and(same),
        record: record.cloned(),
        steps,
        step_count: migration.map_or(0, |m| m.steps.iter().filter(|step| !matches!(step.body, Body::Gate(_))).count()),
        evidence: record.map(gate::recorded_evidence).unwrap_or_default(),
        legacy_writes,
    })
}

/// The statements of a migration's expand phase.
pub(super) fn expand_statements(migration: &Migration) -> impl Iterator<Item = &str> {
    let bodies = migration.phase(Phase::Expand).filter_map(|step| match &step.body {
        Body::Statements(statements) => Some(statements),
        Body::Backfill(_) | Body::Gate(_) | Body::Consent(_) => None,
    });
    bodies.flatten().map(|statement| statement.sql.as_str())
}
