//! Live + pending: the live catalog loaded on the scratch server, and what the committed migrations still have to do
//! there, done.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::{Catalog, QualifiedName};
use sqlx::Connection;

use super::ProofError;
use super::end_state::{catalog_of, touched};
use super::load::load;
use super::scratch::{Scratch, ScratchDatabase};
use crate::apply::{ApplyError, ApplyOptions, Listener, Runner, Target};
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState, NewAttempt, StepKey, StepRecord};
use crate::inspection::Inspection;
use crate::migration::{Migration, ObjectFingerprints, Version};

/// What the target's history says.
#[derive(Clone, Debug, Default)]
pub struct LiveHistory {
    /// The newest attempt of each migration.
    pub records: Vec<MigrationRecord>,
    /// The steps of those that are open, by version.
    pub steps: Vec<(i64, Vec<StepRecord>)>,
}

impl LiveHistory {
    /// A history in which every migration is done: that of a side which isn't live, such as the lock.
    pub fn all_done(migrations: &[Migration]) -> Self {
        let record = |migration: &Migration| MigrationRecord {
            version: migration.version,
            attempt: 1,
            name: migration.name.clone(),
            checksum: migration.checksum.clone(),
            state: MigrationState::Done,
            all_phases: true,
            backfilled: true,
            release: None,
            confirmed_at: None,
            switched: true,
            grace: None,
            applied_by: String::new(),
            started_at: String::new(),
            finished_at: None,
        };
        Self { records: migrations.iter().map(record).collect(), steps: Vec::new() }
    }
}

/// The from side on a scratch server, and what the hand-written migrations among the pending ones touch.
pub struct Rehearsed {
    /// The database, which stays for the proof.
    pub database: ScratchDatabase,
    /// The objects that a hand-written migration touches, by its version.
    pub hand_written: BTreeMap<Version, BTreeMap<String, ObjectFingerprints>>,
}

/// Loads what concerns the given tables, and runs there what is pending or open.
pub async fn rehearse(
    scratch: &mut Scratch,
    live: &Inspection,
    tables: &BTreeSet<QualifiedName>,
    migrations: &[Migration],
    live_history: &LiveHistory,
) -> Result<Rehearsed, ProofError> {
    let database = scratch.database().await?;
    load(&database, &concerned(&live.catalog, tables), live).await?;
    database.make_roles(migrations).await?;
    let target = Target::new(&database.url, None)?;
    let mut runner = Runner::start(target.clone(), "proof", Listener::silent()).await?;
    copy_history(&target, migrations, live_history).await?;
    let mut hand_written = BTreeMap::new();
    let all_phases = ApplyOptions { all_phases: true };
    for (at, migration) in migrations.iter().enumerate() {
        let applied = live_history.records.iter().any(|record| {
            record.version == migration.version
                && !matches!(record.state, MigrationState::Pending | MigrationState::RolledBack)
        });
        if applied || migration.manifest.proof.is_some() {
            continue;
        }
        runner.apply(&migrations[..at], all_phases).await?;
        let before = catalog_of(&target).await?;
        runner.apply(&migrations[..=at], all_phases).await?;
        hand_written.insert(migration.version, touched(&before, &catalog_of(&target).await?));
    }
    runner.apply(migrations, all_phases).await?;
    runner.finish().await?;
    Ok(Rehearsed { database, hand_written })
}

/// What is there of the tables and their neighbours.
fn concerned(catalog: &Catalog, tables: &BTreeSet<QualifiedName>) -> Catalog {
    let names = with_neighbours(tables, catalog);
    let mut catalog = catalog.clone();
    catalog.tables.retain(|name, _| names.contains(name));
    catalog
}

/// The tables, those that reference them, and everything that these reference.
pub(super) fn with_neighbours(tables: &BTreeSet<QualifiedName>, catalog: &Catalog) -> BTreeSet<QualifiedName> {
    let mut names = tables.clone();
    loop {
        let before = names.len();
        for table in catalog.tables.values() {
            let referenced = table.foreign_keys.iter().map(|key| &key.references);
            if names.contains(&table.name) {
                names.extend(referenced.cloned());
            } else if table.foreign_keys.iter().any(|key| tables.contains(&key.references)) {
                names.insert(table.name.clone());
            }
        }
        if names.len() == before {
            return names;
        }
    }
}

/// What is done on the target is done here; what is open goes on here from where it stands there.
async fn copy_history(target: &Target, migrations: &[Migration], live: &LiveHistory) -> Result<(), ProofError> {
    let mut connection = target.connect("schema-diff proof").await?;
    for record in &live.records {
        let Some(migration) = migrations.iter().find(|migration| migration.version == record.version) else { continue };
        let state = match record.state {
            MigrationState::Pending | MigrationState::RolledBack => continue,
            MigrationState::RollingBack => return Err(ProofError::RollingBack(migration.folder_name())),
            state => state,
        };
        let new = NewAttempt {
            version: record.version,
            attempt: record.attempt,
            name: &record.name,
            checksum: &record.checksum,
            files: migration.files.by_name(),
            has_contract: migration.has_contract(),
            all_phases: true,
            host: "scratch",
        };
        let result: Result<(), sqlx::Error> = async {
            history::announce(&mut connection, &new).await?;
            history::set_state(&mut connection, record.version, record.attempt, state).await?;
            let steps =
                live.steps.iter().filter(|(version, _)| *version == record.version).flat_map(|(_, steps)| steps);
            for step in steps.filter(|step| step.state == "done") {
                let key = StepKey {
                    version: record.version,
                    attempt: record.attempt,
                    phase: &step.phase,
                    step: step.step,
                    title: &step.title,
                };
                history::record_step(&mut connection, key, "done", None).await?;
            }
            Ok(())
        }
        .await;
        result.map_err(ApplyError::from)?;
    }
    connection.close().await.map_err(ApplyError::from)?;
    Ok(())
}
