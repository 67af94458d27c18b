//! `status`: where every migration stands, and what it waits for. Nothing is written.

use std::collections::BTreeSet;

use schema_model::QualifiedName;
use sqlx::{Connection, PgConnection};

use super::check::{edited, table_of};
use super::connection::Target;
use super::error::{ApplyError, EditedFile};
use super::gate::{self, Evidence};
use super::lease::{Holder, is_heard_of};
use super::runner::check_format;
use super::step::record_of;
use crate::dialect::postgres::control::{self, Control};
use crate::dialect::postgres::history::instance::{Instance, alive};
use crate::dialect::postgres::history::release::{Release, releases};
use crate::dialect::postgres::history::resolution::{Resolution, earlier_attempts, failures, resolutions};
use crate::dialect::postgres::history::waiver::{WaiverRecord, waivers};
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState, StepRecord};
use crate::dialect::postgres::invalid_index::{InvalidIndex, invalid_indexes};
use crate::dialect::postgres::lease;
use crate::migration::Migration;
use crate::phase::Phase;
use crate::statement::{Body, ScriptStep};

/// Where everything stands.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// The migrations of the folder and of the history, by version.
    pub migrations: Vec<MigrationStatus>,
    /// Who is at work.
    pub runner: Option<Holder>,
    /// Whether that runner is gone without giving its lease back: the next one takes it over.
    pub runner_is_gone: bool,
    /// What a run is asked to do: to pause, or to keep to a rate.
    pub control: Control,
    /// The instances of the application that are alive, by their own word.
    pub instances: Vec<Instance>,
    /// What was rolled out last, as far as somebody recorded it.
    pub release: Option<Release>,
    /// INVALID indexes of tables that migrations touch.
    pub invalid_indexes: Vec<InvalidIndex>,
}

/// An applied migration whose files aren't those that were applied.
#[derive(Clone, Debug)]
pub enum Mismatch {
    /// Its folder isn't here.
    Missing,
    /// A file was changed.
    Edited(EditedFile),
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
    /// Where it is applied: that its files were changed since, or are gone.
    pub mismatch: Option<Mismatch>,
    /// The history's record.
    pub record: Option<MigrationRecord>,
    /// Its steps in the history.
    pub steps: Vec<StepRecord>,
    /// For each phase how many of the steps of its files are done, and how many there are, gates left out.
    pub phases: Vec<(Phase, usize, usize)>,
    /// How many rows its backfills could not fill.
    pub failures: i64,
    /// What its contract waits for.
    pub evidence: Vec<Evidence>,
    /// How often the old release has written since expand.
    pub legacy_writes: Option<i64>,
    /// Earlier attempts, which were rolled back.
    pub earlier: Vec<MigrationRecord>,
    /// What was settled by hand.
    pub resolutions: Vec<Resolution>,
    /// What its contract went without.
    pub waivers: Vec<WaiverRecord>,
}

impl Status {
    /// Whether anything is pending or open. What is set aside waits for nobody until its grace time is over.
    pub fn has_pending_work(&self) -> bool {
        self.migrations.iter().any(|migration| match migration.state {
            MigrationState::Done => false,
            MigrationState::InGrace => migration.record.as_ref().is_some_and(MigrationRecord::is_grace_over),
            MigrationState::Pending
            | MigrationState::Running
            | MigrationState::Open
            | MigrationState::Contracting
            | MigrationState::RollingBack
            | MigrationState::RolledBack => true,
        })
    }

    /// Whether anything is on its way by itself: a runner is at work, or a run was begun and not brought to its end.
    pub fn is_under_way(&self) -> bool {
        let begun = |state| {
            matches!(state, MigrationState::Running | MigrationState::Contracting | MigrationState::RollingBack)
        };
        (self.runner.is_some() && !self.runner_is_gone) || self.migrations.iter().any(|one| begun(one.state))
    }
}

/// Reads the status.
pub async fn status(target: &Target, migrations: &[Migration]) -> Result<Status, ApplyError> {
    let mut connection = target.connect("schema-diff status").await?;
    let status = read(&mut connection, migrations).await;
    // What was read counts more than how the connection ends.
    drop(connection.close().await);
    status
}

/// The history, read in one go.
#[derive(Default)]
struct History {
    records: Vec<MigrationRecord>,
    earlier: Vec<MigrationRecord>,
    resolutions: Vec<Resolution>,
    waivers: Vec<WaiverRecord>,
}

async fn read(connection: &mut PgConnection, migrations: &[Migration]) -> Result<Status, ApplyError> {
    let mut status = Status::default();
    let mut history = History::default();
    if check_format(connection).await? {
        let lease = lease::holder(connection).await?;
        status.runner_is_gone = lease.as_ref().is_some_and(|lease| !is_heard_of(lease));
        status.runner = lease.map(Holder::from);
        status.control = control::read(connection).await?;
        history = History {
            records: history::migrations(connection).await?,
            earlier: earlier_attempts(connection).await?,
            resolutions: resolutions(connection).await?,
            waivers: waivers(connection).await?,
        };
        status.instances = alive(connection).await?;
        status.release = releases(connection).await?.into_iter().next();
    }
    status.invalid_indexes = invalid_indexes(connection, &tables(migrations)).await?;
    let mut versions: Vec<i64> =
        migrations.iter().map(|m| m.version).chain(history.records.iter().map(|r| r.version)).collect();
    versions.sort_unstable();
    versions.dedup();
    for version in versions {
        let migration = migrations.iter().find(|migration| migration.version == version);
        status.migrations.push(one(connection, version, migration, &history).await?);
    }
    Ok(status)
}

/// The tables that migrations touch.
fn tables(migrations: &[Migration]) -> Vec<QualifiedName> {
    let keys = migrations.iter().flat_map(|migration| migration.manifest.objects.keys());
    let names: BTreeSet<&str> = keys.filter(|key| !key.starts_with("type ")).map(|key| table_of(key)).collect();
    names.into_iter().filter_map(|name| name.parse().ok()).collect()
}

async fn one(
    connection: &mut PgConnection,
    version: i64,
    migration: Option<&Migration>,
    history: &History,
) -> Result<MigrationStatus, ApplyError> {
    let record = history.records.iter().find(|record| record.version == version);
    let state = record.map_or(MigrationState::Pending, |record| record.state);
    let (mut steps, failures) = match record {
        Some(record) => (
            history::steps(connection, version, record.attempt).await?,
            failures(connection, version, record.attempt).await?,
        ),
        None => (Vec::new(), 0),
    };
    let place = |step: &StepRecord| Phase::ALL.iter().position(|phase| phase.as_str() == step.phase);
    steps.sort_by_key(|step| (place(step).unwrap_or(Phase::ALL.len()), step.step));
    let legacy_writes = match migration.filter(|_| state.is_open()) {
        Some(migration) => gate::legacy_writes(connection, migration).await?,
        None => None,
    };
    let evidence = match record {
        Some(record) => gate::shown(connection, migration, record).await?,
        None => Vec::new(),
    };
    let applied = !matches!(state, MigrationState::Pending | MigrationState::RolledBack);
    let mismatch = match (migration, record.filter(|_| applied)) {
        (None, Some(_)) => Some(Mismatch::Missing),
        (Some(migration), Some(record)) if record.checksum != migration.checksum => {
            Some(Mismatch::Edited(edited(connection, migration, record).await?))
        }
        _ => None,
    };
    Ok(MigrationStatus {
        version,
        name: migration
            .map_or_else(|| record.map(|record| record.name.clone()).unwrap_or_default(), |m| m.name.clone()),
        state,
        mismatch,
        record: record.cloned(),
        phases: migration.map(|migration| phases(migration, &steps)).unwrap_or_default(),
        steps,
        failures,
        evidence,
        legacy_writes,
        earlier: history.earlier.iter().filter(|record| record.version == version).cloned().collect(),
        resolutions: history.resolutions.iter().filter(|one| one.version == version).cloned().collect(),
        waivers: history.waivers.iter().filter(|one| one.version == version).cloned().collect(),
    })
}

fn phases(migration: &Migration, records: &[StepRecord]) -> Vec<(Phase, usize, usize)> {
    let count = |phase: Phase| {
        let steps: Vec<_> = migration.phase(phase).filter(|step| step.is_work()).collect();
        let is_done = |step: &&&ScriptStep| record_of(step, records).is_some_and(|record| record.state == "done");
        (phase, steps.iter().filter(is_done).count(), steps.len())
    };
    Phase::ALL.into_iter().map(count).filter(|(_, _, all)| *all > 0).collect()
}

/// The statements of a migration's expand phase.
pub(super) fn expand_statements(migration: &Migration) -> impl Iterator<Item = &str> {
    let bodies = migration.phase(Phase::Expand).filter_map(|step| match &step.body {
        Body::Statements(statements) => Some(statements),
        Body::Backfill(_) | Body::Gate(_) | Body::Consent(_) => None,
    });
    bodies.flatten().map(|statement| statement.sql.as_str())
}
