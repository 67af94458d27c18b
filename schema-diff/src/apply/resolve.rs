//! `resolve`: what somebody did by hand is marked in the history, with the reason.

use super::check::{self, Standing};
use super::error::ApplyError;
use super::lease::host_name;
use super::runner::{Attempt, Runner};
use super::step::step_key;
use crate::dialect::postgres::history::resolution::{NewResolution, record_resolution, reopen, reset_step};
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState, NewAttempt};
use crate::dialect::postgres::postcondition;
use crate::migration::Migration;
use crate::phase::{Part, Phase};
use crate::postcondition::Postcondition;
use crate::statement::{Body, ScriptStep};

/// What is to be marked.
#[derive(Clone, Debug)]
pub struct Resolve {
    /// The migration.
    pub version: i64,
    /// One step of it, by its phase and its number; else all of it.
    pub step: Option<(Phase, u32)>,
    /// As what.
    pub state: Resolved,
    /// Why.
    pub reason: String,
    /// Although the database says otherwise.
    pub force: bool,
}

/// As what something is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// Somebody has done it.
    Done,
    /// A step is to be run again.
    Pending,
    /// Somebody has taken the whole migration back.
    RolledBack,
}

impl Resolved {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Pending => "pending",
            Self::RolledBack => "rolled back",
        }
    }
}

impl Runner {
    /// Marks a step, or a whole migration, and records who did it, when and why. Gives what was marked.
    ///
    /// What the database can tell must agree, unless it is forced: a step's postcondition, and for a whole migration
    /// the fingerprints of its objects.
    pub async fn resolve(&mut self, migrations: &[Migration], resolve: &Resolve) -> Result<String, ApplyError> {
        let outcome = self.mark(migrations, resolve).await;
        self.explain(outcome).await
    }

    async fn mark(&mut self, migrations: &[Migration], resolve: &Resolve) -> Result<String, ApplyError> {
        let records = self.records(migrations).await?;
        let migration = migrations
            .iter()
            .find(|migration| migration.version == resolve.version)
            .ok_or(ApplyError::UnknownVersion(resolve.version))?;
        let record = records.iter().find(|record| record.version == resolve.version);
        match resolve.step {
            Some((phase, number)) => {
                let step = migration.steps.iter().chain(&migration.undo);
                let step = step
                    .into_iter()
                    .find(|step| step.phase == phase && step.number == number)
                    .filter(|step| step.is_work())
                    .ok_or_else(|| refused(format!("{} has no step {phase}/{number}", migration.folder_name())))?;
                self.resolve_step(migration, step, record, resolve).await
            }
            None => self.resolve_migration(migration, record, resolve).await,
        }
    }

    async fn resolve_step(
        &mut self,
        migration: &Migration,
        step: &ScriptStep,
        record: Option<&MigrationRecord>,
        resolve: &Resolve,
    ) -> Result<String, ApplyError> {
        let name = migration.folder_name();
        let Some(record) = record.filter(|record| record.state.is_open()) else {
            let state = record.map_or(MigrationState::Pending, |record| record.state).as_str();
            return Err(refused(format!("{name} is {state}: only steps of a migration that is begun can be marked")));
        };
        if resolve.state == Resolved::RolledBack {
            return Err(refused("a step is marked as done or as pending; only a migration is rolled back".to_owned()));
        }
        let is_switch = step.part == Some(Part::Switch);
        if record.switched && (is_switch || step.phase != Phase::Contract) {
            return Err(refused(format!(
                "{name} has made the switch already: what stands before it can't be marked any more"
            )));
        }
        let attempt = Attempt { migration, number: record.attempt };
        if resolve.state == Resolved::Done && !resolve.force {
            self.require_postcondition(attempt, step).await?;
        }
        let grace = self.grace_of(migration);
        let mut transaction = self.begin_fenced().await?;
        let key = step_key(attempt, step);
        match resolve.state {
            Resolved::Done => {
                history::record_step(&mut transaction, key, "done", None).await?;
                if is_switch {
                    history::set_switched(&mut transaction, attempt.version(), attempt.number, grace).await?;
                }
            }
            Resolved::Pending => {
                reset_step(&mut transaction, key).await?;
                if matches!(step.phase, Phase::Expand | Phase::Backfill) && record.state != MigrationState::RollingBack
                {
                    reopen(&mut transaction, attempt.version(), attempt.number).await?;
                }
            }
            // Refused above.
            Resolved::RolledBack => {}
        }
        let place = format!("{}/{}", step.phase, step.number);
        record_resolution(&mut transaction, &new_resolution(record, Some(&place), resolve, &host_name())).await?;
        transaction.commit().await?;
        Ok(format!("{name} {place} ({}) is marked as {}", step.title, resolve.state.as_str()))
    }

    async fn require_postcondition(&mut self, attempt: Attempt<'_>, step: &ScriptStep) -> Result<(), ApplyError> {
        if let Body::Backfill(backfill) = &step.body {
            return match self.rows_to_fill(attempt, step, backfill).await? {
                Some(0) => Ok(()),
                left => Err(refused(format!(
                    "\"{}\" has left {} unfilled. Fill them first, or add --force if you know better",
                    step.title,
                    left.map_or_else(|| "rows on which its expression fails".to_owned(), |left| format!("{left} rows"))
                ))),
            };
        }
        if step.done_when == Postcondition::Recorded
            || postcondition::holds(&mut self.connection, &step.done_when).await?
        {
            return Ok(());
        }
        Err(refused(format!(
            "\"{}\" is done when: {}; that does not hold. Do it first, or add --force if you know better",
            step.title, step.done_when
        )))
    }

    async fn resolve_migration(
        &mut self,
        migration: &Migration,
        record: Option<&MigrationRecord>,
        resolve: &Resolve,
    ) -> Result<String, ApplyError> {
        let name = migration.folder_name();
        let state = record.map_or(MigrationState::Pending, |record| record.state);
        let (wanted, goal) = match resolve.state {
            Resolved::Done => ("after", MigrationState::Done),
            Resolved::RolledBack if state.is_open() => ("before", MigrationState::RolledBack),
            Resolved::RolledBack => {
                return Err(refused(format!(
                    "{name} is {}: only an open migration can be rolled back",
                    state.as_str()
                )));
            }
            Resolved::Pending => {
                return Err(refused(
                    "a migration is marked as done or as rolled back; give --step to run one again".to_owned(),
                ));
            }
        };
        if state == MigrationState::Done {
            return Err(refused(format!("{name} is done already")));
        }
        if (state, goal) == (MigrationState::InGrace, MigrationState::Done) && !resolve.force {
            return Err(refused(format!(
                "{name} has set the old form aside, and that is still there: `cargo schema contract {} --grace 0` drops it",
                migration.version
            )));
        }
        if !resolve.force {
            match (check::standing(&mut self.connection, migration).await?, wanted) {
                (Standing::After, "after") | (Standing::Before, "before") => {}
                (Standing::Differs(objects), _) => return Err(disagrees(&name, wanted, &objects.join("; "))),
                (Standing::Before, _) => return Err(disagrees(&name, wanted, "all of them are as before it")),
                (Standing::After, _) => return Err(disagrees(&name, wanted, "all of them are as after it")),
            }
        }
        let host = host_name();
        let mut transaction = self.begin_fenced().await?;
        let number = match record {
            Some(record) if state != MigrationState::RolledBack => record.attempt,
            earlier => {
                let number = earlier.map_or(1, |record| record.attempt + 1);
                let new = NewAttempt {
                    version: migration.version,
                    attempt: number,
                    name: &migration.name,
                    checksum: &migration.checksum,
                    files: migration.files.by_name(),
                    has_contract: migration.has_contract(),
                    all_phases: false,
                    host: &host,
                };
                history::announce(&mut transaction, &new).await?;
                number
            }
        };
        let attempt = Attempt { migration, number };
        if goal == MigrationState::Done {
            for step in migration.steps.iter().filter(|step| step.is_work()) {
                history::record_step(&mut transaction, step_key(attempt, step), "done", None).await?;
            }
            if migration.has_contract() {
                history::set_switched(&mut transaction, migration.version, number, None).await?;
            }
        }
        history::set_state(&mut transaction, migration.version, number, goal).await?;
        history::release_objects(&mut transaction, migration.version).await?;
        let resolution = NewResolution {
            version: migration.version,
            attempt: number,
            step: None,
            state: resolve.state.as_str(),
            reason: &resolve.reason,
            forced: resolve.force,
            host: &host,
        };
        record_resolution(&mut transaction, &resolution).await?;
        transaction.commit().await?;
        Ok(format!("{name} is marked as {}", resolve.state.as_str()))
    }
}

fn new_resolution<'a>(
    record: &MigrationRecord,
    step: Option<&'a str>,
    resolve: &'a Resolve,
    host: &'a str,
) -> NewResolution<'a> {
    NewResolution {
        version: record.version,
        attempt: record.attempt,
        step,
        state: resolve.state.as_str(),
        reason: &resolve.reason,
        forced: resolve.force,
        host,
    }
}

fn refused(why: String) -> ApplyError {
    ApplyError::CannotResolve(why)
}

fn disagrees(name: &str, wanted: &str, found: &str) -> ApplyError {
    refused(format!(
        "the objects of {name} are not as {wanted} it: {found}. Put them right, or add --force if you know better"
    ))
}
