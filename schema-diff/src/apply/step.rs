//! One step: in a transaction together with its record, or outside with a postcondition.

use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};

use super::connection::set_session_timeouts;
use super::error::ApplyError;
use super::locate;
use super::progress::Event;
use super::runner::{Attempt, Runner};
use super::window::Noted;
use crate::dialect::postgres::blocker::{self, Blocker};
use crate::dialect::postgres::history::fill::record_waiting;
use crate::dialect::postgres::history::{self, StepKey, StepRecord};
use crate::dialect::postgres::session::{backend, execute, is_lock_failure, is_time_out};
use crate::dialect::postgres::{lease, lock, postcondition};
use crate::phase::Part;
use crate::postcondition::{ObjectState, Postcondition};
use crate::statement::{Body, ScriptStep, Statement};

/// So long what was counted before something goes counts, while its lock is waited for.
const COUNTS_HOLD: Duration = Duration::from_secs(30);

/// What is recorded in the transaction of a step, beside the step itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AlongWith {
    /// Nothing.
    Nothing,
    /// The old form is gone, or set aside.
    Switch,
}

impl Runner {
    /// Runs a step unless its record says that it is done.
    pub(super) async fn run_step(
        &mut self,
        attempt: Attempt<'_>,
        step: &ScriptStep,
        records: &[StepRecord],
    ) -> Result<(), ApplyError> {
        let key = step_key(attempt, step);
        let record = record_of(step, records);
        if record.is_some_and(|record| record.state == "done") {
            return Ok(());
        }
        let migration = attempt.migration.folder_name();
        self.listener.tell(&Event::StepStarted { migration: &migration, phase: key.phase, title: &step.title });
        let already = match &step.body {
            Body::Gate(_) | Body::Consent(_) => return Ok(()),
            Body::Backfill(backfill) => {
                self.run_backfill(attempt, step, backfill, record).await?;
                false
            }
            Body::Statements(statements) if step.transaction => {
                self.run_in_transaction(attempt, step, statements).await?;
                false
            }
            Body::Statements(statements) => self.run_outside(attempt, step, statements).await?,
        };
        self.listener.tell(&Event::StepDone { title: &step.title, already });
        Ok(())
    }

    /// Everything of a transactional step commits together with its record. Locks are tried again with back-off.
    async fn run_in_transaction(
        &mut self,
        attempt: Attempt<'_>,
        step: &ScriptStep,
        statements: &[Statement],
    ) -> Result<(), ApplyError> {
        let mut waited = Duration::ZERO;
        let mut tries = 0;
        let mut blockers = Vec::new();
        let mut counted = Instant::now();
        loop {
            if self.lease.is_lost() {
                return Err(ApplyError::Fenced);
            }
            let had_to_wait = self.await_window(attempt, step, Noted::InHistory).await?;
            if let Some(part @ (Part::Switch | Part::Grace)) = step.part
                && (had_to_wait || counted.elapsed() > COUNTS_HOLD)
            {
                self.require_counts(attempt, part).await?;
                counted = Instant::now();
            }
            let begun = Instant::now();
            match self.try_in_transaction(attempt, step, statements).await {
                Ok(()) => return Ok(()),
                Err(Failure::Locked) => {
                    tries += 1;
                    // Whoever held it a moment ago may be gone by now: then the one before is who made us wait.
                    let now = blocker::of_locks(&mut self.connection, &step.locks).await?;
                    if !now.is_empty() {
                        blockers = now;
                    }
                    if waited + begun.elapsed() >= self.lock_patience {
                        let error = ApplyError::Locked {
                            migration: attempt.migration.folder_name(),
                            title: step.title.clone(),
                            waited: (waited + begun.elapsed()).as_secs(),
                            blockers,
                        };
                        self.record_fenced(attempt, step, "failed", Some(&error.to_string())).await?;
                        return Err(error);
                    }
                    self.tell_blockers(attempt, step, tries, &blockers).await?;
                    tokio::time::sleep(back_off(tries)).await;
                    waited += begun.elapsed();
                }
                // Somebody else is at work: this runner has no more say in the history.
                Err(Failure::Final(ApplyError::Fenced)) => return Err(ApplyError::Fenced),
                Err(Failure::Final(error)) => {
                    // Only a note for `status`: the error that counts is the one we return.
                    drop(self.record_fenced(attempt, step, "failed", Some(&error.to_string())).await);
                    return Err(error);
                }
            }
        }
    }

    async fn tell_blockers(
        &mut self,
        attempt: Attempt<'_>,
        step: &ScriptStep,
        tries: u32,
        blockers: &[Blocker],
    ) -> Result<(), ApplyError> {
        let mut who = blockers.first().map_or_else(String::new, |oldest| format!(": {oldest}"));
        if blockers.len() > 1 {
            who.push_str(&format!("; and {} more", blockers.len() - 1));
        }
        let words = format!("a lock for \"{}\" (try {tries}){who}", step.title);
        self.listener.tell(&Event::Waiting(&words));
        self.record_waiting(attempt, step, &words).await
    }

    /// Notes what a step waits for, for whoever asks for the status.
    pub(super) async fn record_waiting(
        &mut self,
        attempt: Attempt<'_>,
        step: &ScriptStep,
        words: &str,
    ) -> Result<(), ApplyError> {
        record_waiting(&mut self.connection, self.lease.token(), step_key(attempt, step), words).await?;
        Ok(())
    }

    async fn try_in_transaction(
        &mut self,
        attempt: Attempt<'_>,
        step: &ScriptStep,
        statements: &[Statement],
    ) -> Result<(), Failure> {
        let token = self.lease.token().to_owned();
        let grace = self.grace_of(attempt.migration);
        // A step that holds others up is short; one that only reads or waits may take hours.
        let may_take_long = !step.locks.iter().any(|lock| lock.mode.is_strong());
        let watched = if may_take_long { Some(backend(&mut self.connection).await.map_err(own)?) } else { None };
        let _watch = watched.and_then(|pid| self.watch(attempt, step, pid));
        let mut transaction = self.connection.begin().await.map_err(own)?;
        let outcome = async {
            fence(&mut transaction, &token).await?;
            let timeouts = (step.lock_timeout.as_str(), step.statement_timeout.as_str());
            lock::take(&mut transaction, &step.locks, timeouts)
                .await
                .map_err(|error| if is_time_out(&error) { Failure::Locked } else { own(error) })?;
            for statement in statements {
                execute(&mut transaction, &statement.sql).await.map_err(|error| {
                    if is_lock_failure(&error) {
                        Failure::Locked
                    } else {
                        Failure::Final(locate::failure(
                            &error,
                            &attempt.migration.file(step.phase),
                            statement,
                            &step.title,
                        ))
                    }
                })?;
            }
            if along_with(step) == AlongWith::Switch {
                history::set_switched(&mut transaction, attempt.version(), attempt.number, grace).await.map_err(own)?;
            }
            history::record_step(&mut transaction, step_key(attempt, step), "done", None).await.map_err(own)
        }
        .await;
        match outcome {
            Ok(()) => transaction.commit().await.map_err(own),
            Err(failure) => {
                // The locks must go now, not when the connection is used next. Where that fails the connection is gone,
                // and they with it; what is told is why the step failed.
                drop(transaction.rollback().await);
                Err(failure)
            }
        }
    }

    /// A step outside a transaction: its `running` record is committed first; afterwards, or in the next run, its
    /// postcondition decides. Gives whether it was done already.
    async fn run_outside(
        &mut self,
        attempt: Attempt<'_>,
        step: &ScriptStep,
        statements: &[Statement],
    ) -> Result<bool, ApplyError> {
        let mut direct = self.connect_to_work().await?;
        self.await_builder(&mut direct, step).await?;
        let already = postcondition::holds(&mut direct, &step.done_when).await?;
        if !already {
            self.record_fenced(attempt, step, "running", None).await?;
            remove_invalid_index(&mut direct, step).await?;
            self.name_old_transactions(&mut direct, step).await?;
            let _watch = self.watch(attempt, step, backend(&mut direct).await?);
            set_session_timeouts(&mut direct, &step.lock_timeout, &step.statement_timeout).await?;
            for statement in statements {
                if let Err(error) = execute(&mut direct, &statement.sql).await {
                    // The statement of a run that was killed may have gone on, and have been faster.
                    if postcondition::holds(&mut direct, &step.done_when).await.is_ok_and(|done| done) {
                        break;
                    }
                    let failure = locate::failure(&error, &attempt.migration.file(step.phase), statement, &step.title);
                    // Where that fails the next run removes it; what is told is why the step failed.
                    drop(remove_invalid_index(&mut direct, step).await);
                    self.record_fenced(attempt, step, "failed", Some(&failure.to_string())).await?;
                    return Err(failure);
                }
            }
            if !postcondition::holds(&mut direct, &step.done_when).await? {
                return Err(ApplyError::NotDone {
                    migration: attempt.migration.folder_name(),
                    title: step.title.clone(),
                    condition: step.done_when.to_string(),
                });
            }
        }
        direct.close().await?;
        self.record_fenced(attempt, step, "done", None).await?;
        Ok(already)
    }

    /// A concurrent build or drop waits for every transaction that was there before it, which may be for hours: they
    /// are named before it begins.
    async fn name_old_transactions(&self, direct: &mut PgConnection, step: &ScriptStep) -> Result<(), ApplyError> {
        const SHOWN: usize = 5;
        let old = blocker::of_build(direct, &step.locks).await?;
        if old.is_empty() {
            return Ok(());
        }
        let shown: String = old.iter().take(SHOWN).map(|one| format!("\n    {one}")).collect();
        let more = if old.len() > SHOWN { format!("\n    and {} more", old.len() - SHOWN) } else { String::new() };
        self.notice(&format!("  \"{}\" must wait for the end of:{shown}{more}", step.title));
        Ok(())
    }

    /// A kill of the client leaves a concurrent build running, which may finish by itself.
    async fn await_builder(&self, direct: &mut PgConnection, step: &ScriptStep) -> Result<(), ApplyError> {
        let Postcondition::Object(ObjectState::IndexValid(index)) = &step.done_when else { return Ok(()) };
        while let Some((pid, percent)) = postcondition::builder(direct, index).await? {
            if self.lease.is_lost() {
                return Err(ApplyError::Fenced);
            }
            self.listener.tell(&Event::Waiting(&format!("backend {pid} is still building {index} ({percent:.0} %)")));
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Ok(())
    }

    /// Records a step in a transaction that is fenced.
    pub(super) async fn record_fenced(
        &mut self,
        attempt: Attempt<'_>,
        step: &ScriptStep,
        state: &str,
        error: Option<&str>,
    ) -> Result<(), ApplyError> {
        let mut transaction = self.begin_fenced().await?;
        history::record_step(&mut transaction, step_key(attempt, step), state, error).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Why one try of a transactional step failed.
pub(super) enum Failure {
    /// A lock was not to be had in time.
    Locked,
    /// Anything else.
    Final(ApplyError),
}

pub(super) fn own(error: sqlx::Error) -> Failure {
    if is_lock_failure(&error) { Failure::Locked } else { Failure::Final(error.into()) }
}

async fn fence(connection: &mut PgConnection, token: &str) -> Result<(), Failure> {
    if lease::fence(connection, token).await.map_err(own)? { Ok(()) } else { Err(Failure::Final(ApplyError::Fenced)) }
}

/// What the history says of a step.
pub(super) fn record_of<'a>(step: &ScriptStep, records: &'a [StepRecord]) -> Option<&'a StepRecord> {
    let number = i32::try_from(step.number).ok()?;
    records.iter().find(|record| record.phase == step.phase.as_str() && record.step == number)
}

pub(super) fn step_key<'a>(attempt: Attempt<'_>, step: &'a ScriptStep) -> StepKey<'a> {
    StepKey {
        version: attempt.version(),
        attempt: attempt.number,
        phase: step.phase.as_str(),
        step: i32::try_from(step.number).unwrap_or(i32::MAX),
        title: &step.title,
    }
}

fn along_with(step: &ScriptStep) -> AlongWith {
    if step.part == Some(Part::Switch) { AlongWith::Switch } else { AlongWith::Nothing }
}

/// Only an INVALID index that nobody builds is removed; `await_builder` has looked for a builder before.
async fn remove_invalid_index(direct: &mut PgConnection, step: &ScriptStep) -> Result<(), ApplyError> {
    let Postcondition::Object(ObjectState::IndexValid(index)) = &step.done_when else { return Ok(()) };
    if postcondition::is_invalid_index(direct, index).await? {
        set_session_timeouts(direct, "60s", "0").await?;
        execute(direct, &postcondition::drop_invalid_index(index)).await?;
    }
    Ok(())
}

/// Longer from try to try, up to two seconds, with jitter, so that two waiters don't meet again and again.
pub(super) fn back_off(tries: u32) -> Duration {
    let base = 50_u64.saturating_mul(1 << tries.min(5)).min(2_000);
    Duration::from_millis(base / 2 + rand::random_range(0..=base / 2))
}
