//! The backfill: stretches of the key or of the table's blocks, filled in batches, until nothing remains.
//!
//! Rows may be locked when their turn comes, or be moved behind the cursor by their writers: so the table is looked
//! through again until a count under one snapshot finds nothing. What such a count needs is the server's work alone,
//! and nobody waits for it.

mod batch;
mod course;
mod expectation;
mod failures;
mod options;
mod pace;
mod stretch;
mod throttle;
mod vacuum;
mod workers;

use std::time::{Duration, Instant};

use super::error::ApplyError;
use super::locate;
use super::progress::Event;
use super::runner::{Attempt, Runner};
use super::step::{back_off, step_key};
use crate::dialect::postgres::history::{self, StepKey, StepRecord, fill};
use crate::dialect::postgres::session::{
    estimated_rows, is_lock_failure, is_row_failure, is_time_out, sqlstate_is_row_failure,
};
use crate::dialect::postgres::{lock, statistics};
use crate::statement::{Backfill, ScriptStep, Statement};
use batch::{Batch, Way};
use course::{Course, Pass};
pub use failures::FailedRow;
pub use options::{BackfillOptions, Limits};
pub(super) use stretch::Place;
use stretch::{End, Stretch};

/// Passes that wait for locked rows begin when so few are left, or when a pass brought nothing.
const STRAGGLERS: i64 = 1_000;

/// So often rows that others have locked are looked for before the run gives up.
const LEAST_LOOKS: u32 = 3;

/// The step that is under way.
#[derive(Clone, Copy)]
struct Fill<'a> {
    attempt: Attempt<'a>,
    step: &'a ScriptStep,
    backfill: &'a Backfill,
}

impl Fill<'_> {
    fn key(&self) -> StepKey<'_> {
        step_key(self.attempt, self.step)
    }

    /// Lock failures go back as they are, to be tried again; anything else is the migration's own SQL.
    fn located(&self, statement: &Statement, error: sqlx::Error) -> ApplyError {
        if is_lock_failure(&error) {
            return error.into();
        }
        locate::failure(&error, &self.attempt.migration.file(self.step.phase), statement, &self.step.title)
    }
}

impl Runner {
    /// Fills until nothing remains, beginning at the recorded cursor.
    pub(super) async fn run_backfill(
        &mut self,
        attempt: Attempt<'_>,
        step: &ScriptStep,
        backfill: &Backfill,
        record: Option<&StepRecord>,
    ) -> Result<(), ApplyError> {
        let fill = Fill { attempt, step, backfill };
        self.record_fenced(attempt, step, "running", None).await?;
        let statistics = statistics::of_table(&mut self.connection, &backfill.table).await?;
        let estimate = match &statistics {
            Some(statistics) => statistics.rows,
            None => estimated_rows(&mut self.connection, &backfill.table).await?,
        };
        let mut course = Course::new(record, estimate, &backfill.key, &self.backfill_options);
        if let Some(statistics) = &statistics {
            self.expect(fill, &mut course, statistics).await?;
        }
        self.say_what_is_not_seen(fill).await?;
        let mut after = record.and_then(|record| record.position.clone());
        let mut fruitless = 0;
        loop {
            let place = stretch::file_of(&mut self.connection, fill).await?;
            self.begin_pass(fill, &mut course).await?;
            self.run_pass(fill, &mut course, after.take()).await?;
            let remaining = self.remaining(fill, &Stretch::whole()).await?;
            if remaining == Some(0) {
                break;
            }
            self.require_no_failures(fill, &course, remaining).await?;
            if stretch::file_of(&mut self.connection, fill).await? != place {
                self.notice(&format!("{} was rewritten meanwhile: it is looked through again", backfill.table));
            }
            fruitless = if course.filled_in_pass() == 0 { fruitless + 1 } else { 0 };
            if fruitless > 0 || remaining.is_some_and(|remaining| remaining < STRAGGLERS) {
                course.pass = Pass::Waiting;
            }
            course.expect(remaining);
            self.require_an_end(fill, &mut course, remaining)?;
            if fruitless > 0 {
                self.wait_for_rows(fill, &mut course, remaining, fruitless).await?;
            }
        }
        self.tell_progress(fill, &mut course, None).await?;
        self.compare_with_expectation(fill, &course);
        let mut transaction = self.begin_fenced().await?;
        fill::forget_failures(&mut transaction, fill.key()).await?;
        fill::record_rest(&mut transaction, fill.key(), course.expectation.rested.as_secs_f64()).await?;
        history::record_step(&mut transaction, fill.key(), "done", None).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// What failed in the pass before is tried again.
    async fn begin_pass(&mut self, fill: Fill<'_>, course: &mut Course) -> Result<(), ApplyError> {
        course.begin_pass();
        let mut transaction = self.begin_fenced().await?;
        fill::forget_failures(&mut transaction, fill.key()).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Stops where pass after pass leaves the same rows unfilled though nobody has them locked: something undoes the
    /// UPDATE, or keeps it from being made.
    fn require_an_end(&self, fill: Fill<'_>, course: &mut Course, remaining: Option<i64>) -> Result<(), ApplyError> {
        match remaining {
            Some(remaining) if course.comes_to_nothing(remaining) => Err(ApplyError::NotFilled {
                migration: fill.attempt.migration.folder_name(),
                table: fill.backfill.table.to_string(),
                remaining,
            }),
            _ => Ok(()),
        }
    }

    /// Looks through the table once. What a worker could not fill is looked at row by row here.
    async fn run_pass(
        &mut self,
        fill: Fill<'_>,
        course: &mut Course,
        mut after: Option<Vec<String>>,
    ) -> Result<(), ApplyError> {
        if self.backfill_options.workers > 1 && course.pass == Pass::Skipping {
            match self.run_workers(fill, course, after.take()).await? {
                Some(failed) => after = failed.after,
                None => return Ok(()),
            }
        }
        let end = stretch::end(&mut self.connection, fill).await?;
        while let Some(stretch) =
            stretch::next(&mut self.connection, fill, after.as_deref(), course.pace.size(), &end).await?
        {
            match self.fill_stretch(fill, course, &stretch, &end).await {
                Ok(()) => after = Some(stretch.until),
                Err(error) if is_row_error(&error) => {
                    // Smaller and smaller, until the row that fails stands alone; the others are filled meanwhile.
                    if course.pace.narrow(stretch.size) {
                        continue;
                    }
                    self.note_failure(fill, course, &stretch, &error).await?;
                    after = Some(stretch.until);
                }
                Err(error) => return Err(error),
            }
            self.vacuum_if_due(fill, course).await?;
        }
        Ok(())
    }

    /// Batch after batch until the stretch has nothing left but what others have locked; in a waiting pass not even that.
    async fn fill_stretch(
        &mut self,
        fill: Fill<'_>,
        course: &mut Course,
        stretch: &Stretch,
        end: &End,
    ) -> Result<(), ApplyError> {
        loop {
            let limit = course.pace.limit();
            let filled = self.one_batch(fill, course, stretch, Way::Skipping { limit }).await?;
            if filled < limit {
                break;
            }
        }
        if course.pass == Pass::Waiting && self.remaining(fill, stretch).await? != Some(0) {
            self.fill_stragglers(fill, course, stretch, end).await?;
        }
        Ok(())
    }

    /// A few rows at a time, each lock waited for 50 ms at most. Whatever can't be had stays for the next pass.
    async fn fill_stragglers(
        &mut self,
        fill: Fill<'_>,
        course: &mut Course,
        whole: &Stretch,
        end: &End,
    ) -> Result<(), ApplyError> {
        let mut after = whole.after.clone();
        let mut left = whole.size;
        while let Some(part) =
            stretch::next(&mut self.connection, fill, after.as_deref(), course.pace.few(), end).await?
        {
            match self.one_batch(fill, course, &part, Way::Waiting).await {
                Ok(_) => {}
                Err(ApplyError::Connection(error)) if is_time_out(&error) => course.blocked = true,
                Err(error) => return Err(error),
            }
            left -= course.pace.few();
            if left <= 0 || part.until == whole.until {
                break;
            }
            after = Some(part.until);
        }
        Ok(())
    }

    async fn one_batch(
        &mut self,
        fill: Fill<'_>,
        course: &mut Course,
        stretch: &Stretch,
        way: Way,
    ) -> Result<i64, ApplyError> {
        let mut tries = 0;
        let mut blocked: Option<Instant> = None;
        loop {
            self.throttle(fill, course).await?;
            let begun = Instant::now();
            let token = self.lease.token().to_owned();
            let batch = Batch { fill, stretch, way, recorded: true };
            match batch.run(&mut self.connection, &token).await {
                Ok(filled) => {
                    course.note(filled, begun, way);
                    self.correct(fill, course).await?;
                    self.tell_progress(fill, course, None).await?;
                    return Ok(filled);
                }
                // Somebody has the table itself: the batch waits for it as any writer does, and no longer than the
                // step says.
                Err(ApplyError::Connection(error)) if is_lock_failure(&error) && way != Way::Waiting => {
                    tries += 1;
                    course.blocked = true;
                    self.tell_progress(fill, course, Some("a lock on the table")).await?;
                    self.require_patience(fill, blocked.get_or_insert(begun).elapsed()).await?;
                    tokio::time::sleep(back_off(tries)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Rows that others have locked stay for the next pass; who keeps them for too long is named.
    async fn wait_for_rows(
        &mut self,
        fill: Fill<'_>,
        course: &mut Course,
        remaining: Option<i64>,
        tries: u32,
    ) -> Result<(), ApplyError> {
        let waited = course.wait();
        // A look through a large table takes longer than the patience: it is looked a few times at least.
        if tries >= LEAST_LOOKS {
            self.require_patience(fill, waited).await?;
        }
        let rows = remaining.map_or_else(|| "rows".to_owned(), |rows| format!("{rows} rows"));
        let oldest = lock::blockers(&mut self.connection, &fill.step.locks).await?.into_iter().next();
        let holder = oldest.map_or_else(String::new, |one| format!("; the oldest transaction is {one}"));
        let words = format!("{rows} of {} that others have locked{holder}", fill.backfill.table);
        self.tell_progress(fill, course, Some(&words)).await?;
        let rest = back_off(tries);
        course.expectation.rested += rest;
        tokio::time::sleep(rest).await;
        Ok(())
    }

    async fn require_patience(&mut self, fill: Fill<'_>, waited: Duration) -> Result<(), ApplyError> {
        if waited < self.lock_patience {
            return Ok(());
        }
        let blockers = lock::blockers(&mut self.connection, &fill.step.locks).await?;
        Err(ApplyError::Locked {
            migration: fill.attempt.migration.folder_name(),
            title: fill.step.title.clone(),
            waited: waited.as_secs(),
            blockers,
        })
    }

    /// How many rows a backfill has still to fill; `None` where its expression fails on one of them.
    pub(super) async fn rows_to_fill(
        &mut self,
        attempt: Attempt<'_>,
        step: &ScriptStep,
        backfill: &Backfill,
    ) -> Result<Option<i64>, ApplyError> {
        self.remaining(Fill { attempt, step, backfill }, &Stretch::whole()).await
    }

    /// How many rows are still to be filled; `None` where the expression fails on one of them.
    async fn remaining(&mut self, fill: Fill<'_>, stretch: &Stretch) -> Result<Option<i64>, ApplyError> {
        let statement = &fill.backfill.remaining;
        match batch::remaining(&mut self.connection, fill, stretch).await {
            Ok(count) => Ok(Some(count)),
            Err(error) if is_row_failure(&error) => Ok(None),
            Err(error) => Err(fill.located(statement, error)),
        }
    }

    /// The same figures for whoever listens and in the history.
    async fn tell_progress(
        &mut self,
        fill: Fill<'_>,
        course: &mut Course,
        waiting: Option<&str>,
    ) -> Result<(), ApplyError> {
        if course.is_news(waiting) {
            let mut transaction = self.begin_fenced().await?;
            fill::record_progress(&mut transaction, fill.key(), course.total, course.rate(), waiting).await?;
            transaction.commit().await?;
        }
        self.listener.tell(&Event::Backfill {
            table: &fill.backfill.table,
            rows: course.rows,
            total: course.total,
            rate: course.rate(),
            waiting,
        });
        Ok(())
    }
}

fn is_row_error(error: &ApplyError) -> bool {
    matches!(error, ApplyError::Statement(failure) if sqlstate_is_row_failure(failure.code.as_deref()))
}
