//! `rollback`: back to the old form, before the switch; nothing is lost, since both forms were kept in step.

use super::error::ApplyError;
use super::locate;
use super::runner::{Attempt, Runner};
use super::step::record_of;
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState, StepRecord};
use crate::dialect::postgres::postcondition;
use crate::dialect::postgres::session::count;
use crate::migration::Migration;
use crate::phase::Part;
use crate::statement::{Body, Consent, ScriptStep};

impl Runner {
    /// Takes the newest open migration back, or the one given. Gives its name.
    ///
    /// Where a new column has no old form, what the new release has written there would be lost: that needs the consent
    /// which the error names, such as `drop:users.country`, among `allowed`.
    pub async fn rollback(
        &mut self,
        migrations: &[Migration],
        version: Option<i64>,
        allowed: &[String],
    ) -> Result<String, ApplyError> {
        let outcome = self.take_back(migrations, version, allowed).await;
        self.explain(outcome).await
    }

    async fn take_back(
        &mut self,
        migrations: &[Migration],
        version: Option<i64>,
        allowed: &[String],
    ) -> Result<String, ApplyError> {
        let records = self.records(migrations).await?;
        let record = choose(&records, version)?;
        let migration = migrations
            .iter()
            .find(|migration| migration.version == record.version)
            .ok_or(ApplyError::UnknownVersion(record.version))?;
        let attempt = Attempt { migration, number: record.attempt };
        let steps = history::steps(&mut self.connection, attempt.version(), attempt.number).await?;
        if record.switched || has_begun_to_clean(migration, &steps) {
            return Err(ApplyError::CannotRollBack(format!(
                "{} has dropped the old form already: there is no way back; run `cargo schema contract` to finish it, and write a new migration for the other way",
                migration.folder_name()
            )));
        }
        if migration.undo.is_empty() && migration.steps.iter().any(|step| was_begun(step, &steps)) {
            return Err(ApplyError::CannotRollBack(format!(
                "{} only adds, and has no way back written: run `cargo schema apply` to finish it, and write a new migration for the other way",
                migration.folder_name()
            )));
        }
        self.require_own_session(migration, &migration.undo)?;
        // What is counted holds for as long as the run then takes, and not for a night that it waits before.
        if let Some(strong) = migration.undo.iter().find(|step| step.locks.iter().any(|lock| lock.mode.is_strong())) {
            self.await_window(attempt, strong).await?;
        }
        self.require_consent(migration, allowed).await?;
        self.set_state(attempt, MigrationState::RollingBack).await?;
        for step in migration.undo.iter().filter(|step| has_something_to_undo(step, migration, &steps)) {
            self.run_step(attempt, step, &steps).await?;
        }
        self.set_state(attempt, MigrationState::RolledBack).await?;
        Ok(migration.folder_name())
    }
}

impl Runner {
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

/// Whether a step was begun that removes something of the old form outside the switch, as an index: nothing brings it
/// back.
fn has_begun_to_clean(migration: &Migration, records: &[StepRecord]) -> bool {
    let clean = migration.steps.iter().filter(|step| step.part == Some(Part::Clean));
    clean.into_iter().any(|step| was_begun(step, records))
}

fn was_begun(step: &ScriptStep, records: &[StepRecord]) -> bool {
    record_of(step, records).is_some_and(StepRecord::was_begun)
}

/// Whether the step that this one takes back was begun. What was never begun made nothing, and an object of that name
/// would be somebody else's. A hand-written step of the way back, which names none, always runs.
fn has_something_to_undo(undo: &ScriptStep, migration: &Migration, records: &[StepRecord]) -> bool {
    let Some(title) = undo.title.strip_prefix("undo: ") else { return true };
    let Some(step) = migration.steps.iter().find(|step| step.title == title) else { return true };
    // A step outside a transaction may have left a part of its work, whatever became of it; so may one that somebody has
    // marked as pending after it was done.
    record_of(step, records).is_some_and(|record| {
        record.state == "done" || (record.was_begun() && (!step.transaction || record.state == "waiting"))
    })
}

fn choose(records: &[MigrationRecord], version: Option<i64>) -> Result<&MigrationRecord, ApplyError> {
    match version {
        None => records.iter().rev().find(|record| record.state.is_open()).ok_or_else(|| {
            ApplyError::CannotRollBack(
                "no migration is open: a finished one can't be rolled back, write a new migration for the other way"
                    .to_owned(),
            )
        }),
        Some(version) => {
            let record =
                records.iter().find(|record| record.version == version).ok_or(ApplyError::UnknownVersion(version))?;
            if record.state.is_open() {
                return Ok(record);
            }
            Err(ApplyError::CannotRollBack(format!(
                "{version}_{} is {}: only an open migration can be rolled back",
                record.name,
                record.state.as_str()
            )))
        }
    }
}
