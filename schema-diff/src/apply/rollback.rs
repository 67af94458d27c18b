//! `rollback`: back to the old form, before the switch; nothing is lost, since both forms were kept in step.
//!
//! Where the switch only sets aside what goes, there is a way back from behind it too, until that is dropped. It leads to
//! the moment before the contract and no further: there both releases work, so that one can be replaced by the other.

use super::error::ApplyError;
use super::gate;
use super::locate;
use super::runner::{Attempt, Runner};
use super::step::record_of;
use super::window::Noted;
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState, StepRecord};
use crate::dialect::postgres::postcondition;
use crate::dialect::postgres::session::count;
use crate::migration::Migration;
use crate::phase::{Part, Phase};
use crate::statement::{Body, Consent, ScriptStep};

/// What is to be taken back.
#[derive(Clone, Debug, Default)]
pub struct Rollback {
    /// The migration; else the newest that is open.
    pub version: Option<i64>,
    /// Consents to lose what only the new release has written, such as `drop:users.country`.
    pub allowed: Vec<String>,
    /// Also the rest of one whose contract was taken back: without it the same command may be run again and does no more.
    pub whole: bool,
}

/// What a rollback has made of a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBack {
    /// The folder's name.
    pub migration: String,
    /// Whether it is open again, with both forms, because its contract was taken back.
    pub is_open: bool,
}

impl Runner {
    /// Takes the newest open migration back, or the one given; of one that is in its grace time, the contract alone.
    ///
    /// Where a new column has no old form, what the new release has written there would be lost: that needs the consent
    /// which the error names.
    pub async fn rollback(&mut self, migrations: &[Migration], wanted: &Rollback) -> Result<TakenBack, ApplyError> {
        let outcome = self.take_back(migrations, wanted).await;
        self.explain(outcome).await
    }

    async fn take_back(&mut self, migrations: &[Migration], wanted: &Rollback) -> Result<TakenBack, ApplyError> {
        let records = self.records(migrations).await?;
        let record = choose(&records, wanted.version)?;
        let migration = migrations
            .iter()
            .find(|migration| migration.version == record.version)
            .ok_or(ApplyError::UnknownVersion(record.version))?;
        let attempt = Attempt { migration, number: record.attempt };
        let steps = history::steps(&mut self.connection, attempt.version(), attempt.number).await?;
        if has_dropped(migration, record, &steps) || has_begun_to_clean(migration, &steps) {
            return Err(ApplyError::CannotRollBack(format!(
                "{} has dropped the old form already: there is no way back; run `cargo schema contract` to finish it, and write a new migration for the other way{VALUES_ARE_GONE}",
                migration.folder_name()
            )));
        }
        if migration.undo.is_empty() && migration.steps.iter().any(|step| was_begun(step, &steps)) {
            return Err(ApplyError::CannotRollBack(format!(
                "{} only adds, and has no way back written: run `cargo schema apply` to finish it, and write a new migration for the other way",
                migration.folder_name()
            )));
        }
        let of_contract = record.switched;
        if of_contract && wanted.whole {
            return Err(ApplyError::CannotRollBack(format!(
                "{} has set the old form aside: run `cargo schema rollback` without --whole first, and put the old release into the new one's place before you take back the rest",
                migration.folder_name()
            )));
        }
        if record.state == MigrationState::Open && was_brought_back(&steps) && !wanted.whole {
            return Ok(TakenBack { migration: migration.folder_name(), is_open: true });
        }
        let way: Vec<&ScriptStep> =
            migration.undo.iter().filter(|step| !of_contract || undoes(step, migration, Phase::Contract)).collect();
        self.require_own_session(migration, way.iter().copied())?;
        // What is counted holds for as long as the run then takes, and not for a night that it waits before.
        if let Some(strong) = way.iter().find(|step| step.locks.iter().any(|lock| lock.mode.is_strong())) {
            self.await_window(attempt, strong, Noted::Aloud).await?;
        }
        self.stop_outside_window();
        if !of_contract {
            self.require_consent(migration, &wanted.allowed).await?;
        }
        for step in way.iter().filter(|step| has_something_to_undo(step, migration, &steps)) {
            self.require_none(migration, step).await?;
        }
        self.set_state(attempt, MigrationState::RollingBack).await?;
        for step in way.into_iter().filter(|step| has_something_to_undo(step, migration, &steps)) {
            self.run_step(attempt, step, &steps).await?;
        }
        if of_contract {
            let mut transaction = self.begin_fenced().await?;
            history::reopen_contract(&mut transaction, attempt.version(), attempt.number).await?;
            transaction.commit().await?;
        } else {
            self.set_state(attempt, MigrationState::RolledBack).await?;
        }
        Ok(TakenBack { migration: migration.folder_name(), is_open: of_contract })
    }
}

impl Runner {
    /// Counts rows that the old form can't hold, where the step is such a count.
    async fn require_none(&mut self, migration: &Migration, step: &ScriptStep) -> Result<(), ApplyError> {
        let Body::Gate(gate) = &step.body else { return Ok(()) };
        let counted = gate::counted(&mut self.connection, migration, step, gate).await?;
        if counted.found == 0 {
            return Ok(());
        }
        Err(ApplyError::CannotRollBack(format!(
            "{}: {}: {} (the query stands in {}:{}){}; the old form can't hold what the new release has written there: change these rows, then run `cargo schema rollback` again",
            migration.folder_name(),
            step.title,
            counted.found,
            migration.file(step.phase).display(),
            gate.count.line,
            counted.listed()
        )))
    }

    /// Counts what would be lost, where there is something to lose.
    async fn require_consent(&mut self, migration: &Migration, allowed: &[String]) -> Result<(), ApplyError> {
        let consents: Vec<(&ScriptStep, &Consent)> = migration.undo.iter().filter_map(consent).collect();
        if let Some(unknown) = allowed.iter().find(|flag| consents.iter().all(|(_, consent)| consent.flag != **flag)) {
            return Err(ApplyError::UnknownConsent { migration: migration.folder_name(), flag: unknown.clone() });
        }
        let mut losses = Vec::new();
        for (step, consent) in consents.into_iter().filter(|(_, consent)| !allowed.contains(&consent.flag)) {
            if !postcondition::holds(&mut self.connection, &step.done_when).await? {
                continue;
            }
            let found = count(&mut self.connection, &consent.query.sql)
                .await
                .map_err(|error| locate::failure(&error, &migration.file(step.phase), &consent.query, &step.title))?;
            if found > 0 {
                losses.push(Loss { title: step.title.clone(), rows: found, flag: consent.flag.clone() });
            }
        }
        if losses.is_empty() {
            Ok(())
        } else {
            Err(ApplyError::WouldLose { migration: migration.folder_name(), losses })
        }
    }
}

fn consent(step: &ScriptStep) -> Option<(&ScriptStep, &Consent)> {
    match &step.body {
        Body::Consent(consent) => Some((step, consent)),
        Body::Statements(_) | Body::Backfill(_) | Body::Gate(_) => None,
    }
}

/// Values that the way back would lose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Which.
    pub title: String,
    /// In how many rows.
    pub rows: i64,
    /// The consent to it, as `--allow` takes it.
    pub flag: String,
}

/// What is possible when something is dropped.
const VALUES_ARE_GONE: &str = ": declare the old form again and run `cargo schema diff --write`; the values that were dropped come back from a backup alone";

/// Whether the old form is gone, and not only set aside.
fn has_dropped(migration: &Migration, record: &MigrationRecord, records: &[StepRecord]) -> bool {
    if !migration.sets_aside() {
        return record.switched;
    }
    let mut dropping = migration.part(Part::Grace);
    dropping.any(|step| record_of(step, records).is_some_and(|record| record.state == "done"))
}

/// Whether a step was begun that removes something of the old form outside the switch, as an index: nothing brings it
/// back.
fn has_begun_to_clean(migration: &Migration, records: &[StepRecord]) -> bool {
    migration.part(Part::Clean).filter_map(|step| Some((step, record_of(step, records)?))).any(|(step, record)| {
        // One in a transaction has done all of its work or none.
        if step.transaction { record.state == "done" } else { record.was_begun() }
    })
}

fn was_begun(step: &ScriptStep, records: &[StepRecord]) -> bool {
    record_of(step, records).is_some_and(StepRecord::was_begun)
}

/// Whether its contract was taken back: steps of the way back stand in the history of no other open migration.
fn was_brought_back(records: &[StepRecord]) -> bool {
    records.iter().any(|record| record.phase == Phase::Undo.as_str())
}

fn undoes(undo: &ScriptStep, migration: &Migration, phase: Phase) -> bool {
    migration.undone_by(undo).is_some_and(|step| step.phase == phase)
}

/// Whether the step that this one takes back was begun. What was never begun made nothing, and an object of that name
/// would be somebody else's. A hand-written step of the way back, which names none, always runs.
fn has_something_to_undo(undo: &ScriptStep, migration: &Migration, records: &[StepRecord]) -> bool {
    let Some(step) = migration.undone_by(undo) else { return true };
    // A step outside a transaction may have left a part of its work, whatever became of it; so may one that somebody has
    // marked as pending after it was done.
    record_of(step, records).is_some_and(|record| {
        record.state == "done" || (record.was_begun() && (!step.transaction || record.state == "waiting"))
    })
}

fn choose(records: &[MigrationRecord], version: Option<i64>) -> Result<&MigrationRecord, ApplyError> {
    match version {
        None => records.iter().rev().find(|record| record.state.is_open()).ok_or_else(|| {
            ApplyError::CannotRollBack(format!(
                "no migration is open: a finished one can't be rolled back, write a new migration for the other way{VALUES_ARE_GONE}"
            ))
        }),
        Some(version) => {
            let record =
                records.iter().find(|record| record.version == version).ok_or(ApplyError::UnknownVersion(version))?;
            if record.state.is_open() {
                return Ok(record);
            }
            let way_out = if record.state == MigrationState::Done { VALUES_ARE_GONE } else { "" };
            Err(ApplyError::CannotRollBack(format!(
                "{version}_{} is {}: only an open migration can be rolled back{way_out}",
                record.name,
                record.state.as_str()
            )))
        }
    }
}
