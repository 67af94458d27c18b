//! `repair`: rows in which both forms disagree are brought back in step, from the side that is right.

use sqlx::Row;

use super::backfill::Place;
use super::error::ApplyError;
use super::gate::{Counted, counted};
use super::locate;
use super::progress::Event;
use super::runner::Runner;
use super::step::back_off;
use super::verify::{gates, has_both_forms};
use crate::dialect::postgres::session::{
    ALONG_THE_KEY, FROM_THE_START, SEE_ALL_ROWS, SILENCE_TRIGGERS, execute, is_lock_failure, local_timeouts, query,
};
use crate::migration::Migration;
use crate::statement::{Body, Gate, ScriptStep, Statement, TriggerMode};

/// Which form is right where they disagree: only a person can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The old form: the new one is computed from it.
    Old,
    /// The new form.
    New,
}

impl Side {
    fn statement(self, gate: &Gate) -> Option<&Statement> {
        match self {
            Self::Old => gate.from_old.as_ref(),
            Self::New => gate.from_new.as_ref(),
        }
    }
}

/// What a repair did, or would do.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// What disagreed before.
    pub before: Counted,
    /// How many rows were put right; on a dry run how many of a first batch would be.
    pub rows: i64,
    /// What disagrees afterwards.
    pub left: Counted,
}

impl Runner {
    /// Brings rows back in step, in batches, from the side that is right. A row that came in step meanwhile is left
    /// alone, and so is one whose source is NULL, or whose new value the way back and forth would change. A dry run
    /// tries one batch and takes it back.
    pub async fn repair(
        &mut self,
        migrations: &[Migration],
        version: i64,
        side: Side,
        dry_run: bool,
    ) -> Result<Vec<Repaired>, ApplyError> {
        let outcome = self.put_right(migrations, version, side, dry_run).await;
        self.explain(outcome).await
    }

    async fn put_right(
        &mut self,
        migrations: &[Migration],
        version: i64,
        side: Side,
        dry_run: bool,
    ) -> Result<Vec<Repaired>, ApplyError> {
        let records = self.records(migrations).await?;
        let migration = migrations
            .iter()
            .find(|migration| migration.version == version)
            .ok_or(ApplyError::UnknownVersion(version))?;
        let name = migration.folder_name();
        let record = records.iter().find(|record| record.version == version);
        if !record.is_some_and(|record| has_both_forms(record) && record.backfilled) {
            return Err(ApplyError::CannotRepair(format!(
                "{name} is not open with its backfill complete: before that rows are not filled yet, and after the contract there is one form only"
            )));
        }
        let mut repaired = Vec::new();
        for (step, gate) in gates(migration) {
            let Some(statement) = side.statement(gate) else { continue };
            let before = counted(&mut self.connection, migration, step, gate).await?;
            let rows = self.repair_rows(migration, (step, gate), (statement, before.found), dry_run).await?;
            let left = counted(&mut self.connection, migration, step, gate).await?;
            repaired.push(Repaired { before, rows, left });
        }
        if repaired.is_empty() {
            return Err(ApplyError::CannotRepair(format!(
                "{name} has no `--! from old:` or `--! from new:` at its gate: put the rows right by hand"
            )));
        }
        Ok(repaired)
    }

    /// Walks through the table batch after batch, and again from its start until that finds nothing to do twice, or no
    /// fewer rows are wrong than before. A dry run tries one batch and takes it back.
    async fn repair_rows(
        &mut self,
        migration: &Migration,
        (step, gate): (&ScriptStep, &Gate),
        (statement, mut wrong): (&Statement, i64),
        dry_run: bool,
    ) -> Result<i64, ApplyError> {
        let (mut rows, mut fruitless, mut behind) = (0, 0, Place::START);
        loop {
            let places = self.repair_batch(migration, step, (statement, behind), dry_run).await?;
            rows += i64::try_from(places.len()).unwrap_or(i64::MAX);
            if dry_run {
                return Ok(rows);
            }
            self.listener.tell(&Event::Waiting(&format!("the end of the repair; {rows} rows are in step again")));
            match places.into_iter().max() {
                Some(last) => (fruitless, behind) = (0, last),
                None if behind > Place::START => {
                    let left = counted(&mut self.connection, migration, step, gate).await?.found;
                    if left > 0 && left >= wrong {
                        return Err(ApplyError::CannotRepair(format!(
                            "{}: {left} rows are as wrong after {rows} were put right: look for a trigger of the application that changes them back, or somebody who writes with triggers disabled, then run this again",
                            migration.folder_name()
                        )));
                    }
                    (wrong, behind) = (left, Place::START);
                }
                None if fruitless == 1 => return Ok(rows),
                None => {
                    // Rows that somebody has locked are passed over: a moment later they may be free.
                    fruitless = 1;
                    tokio::time::sleep(back_off(5)).await;
                }
            }
        }
    }

    async fn repair_batch(
        &mut self,
        migration: &Migration,
        step: &ScriptStep,
        (statement, behind): (&Statement, Place),
        dry_run: bool,
    ) -> Result<Vec<Place>, ApplyError> {
        let silent = keeps_triggers_silent(migration);
        let mut transaction = self.begin_fenced().await?;
        let outcome = async {
            execute(&mut transaction, &local_timeouts("60s", "0")).await?;
            execute(&mut transaction, SEE_ALL_ROWS).await?;
            execute(&mut transaction, ALONG_THE_KEY).await?;
            if silent {
                execute(&mut transaction, SILENCE_TRIGGERS).await?;
            }
            execute(&mut transaction, FROM_THE_START).await?;
            let changed = query(&statement.sql).bind(behind.to_string()).fetch_all(&mut *transaction).await?;
            changed.iter().map(|row| row.try_get::<String, _>(0)).collect::<Result<Vec<_>, _>>()
        }
        .await;
        match outcome {
            Ok(places) => {
                if dry_run {
                    transaction.rollback().await?
                } else {
                    transaction.commit().await?
                }
                Ok(places.iter().filter_map(|place| Place::parse(place)).collect())
            }
            Err(error) => {
                // Where this fails the connection is gone; what is told is why the batch failed.
                drop(transaction.rollback().await);
                if is_lock_failure(&error) {
                    return Ok(Vec::new());
                }
                Err(locate::failure(&error, &migration.file(step.phase), statement, &step.title))
            }
        }
    }
}

/// As the migration's backfill does.
fn keeps_triggers_silent(migration: &Migration) -> bool {
    migration
        .steps
        .iter()
        .any(|step| matches!(&step.body, Body::Backfill(backfill) if backfill.triggers == TriggerMode::Silent))
}
