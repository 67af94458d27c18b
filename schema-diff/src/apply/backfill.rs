//! The backfill: batches over the primary key, each committed together with its cursor, until nothing remains.

use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection, Row};

use super::error::ApplyError;
use super::locate;
use super::progress::Event;
use super::runner::{Attempt, Runner};
use super::step::{back_off, step_key};
use crate::dialect::postgres::history::{self, StepRecord};
use crate::dialect::postgres::lease;
use crate::dialect::postgres::session::{
    SEE_ALL_ROWS, SILENCE_TRIGGERS, STRAGGLER_LOCK_TIMEOUT, count, estimated_rows, execute, is_lock_failure,
    local_statement_timeout, query,
};
use crate::statement::{Backfill, ScriptStep, Statement, TriggerMode};

/// What one batch should take: short enough that serializable writers seldom meet it.
const TARGET: Duration = Duration::from_millis(50);
const FIRST_BATCH: i64 = 500;
const LARGEST_BATCH: i64 = 20_000;
/// Rounds without SKIP LOCKED begin when so few rows are left, or when a round brought nothing.
const STRAGGLERS: i64 = 1_000;

/// How one pass over the table goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// Rows that somebody has locked are passed over.
    Skipping,
    /// Locked rows are waited for, 50 ms at most.
    Waiting,
}

/// One pass over the table.
struct Round<'a> {
    attempt: Attempt<'a>,
    step: &'a ScriptStep,
    backfill: &'a Backfill,
    pass: Pass,
    rows: i64,
    total: i64,
    batch_size: i64,
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
        self.record_fenced(attempt, step, "running", None).await?;
        let rows = record.map_or(0, |record| record.rows_done);
        let mut cursor = record.and_then(|record| record.position.clone());
        let total = estimated_rows(&mut self.connection, &backfill.table).await?.max(rows);
        let mut round = Round { attempt, step, backfill, pass: Pass::Skipping, rows, total, batch_size: FIRST_BATCH };
        let mut fruitless = 0;
        loop {
            let before = round.rows;
            self.run_round(&mut round, cursor.take()).await?;
            let remaining = self.remaining(&round).await?;
            if remaining == 0 {
                break;
            }
            // Rows may have been locked, or moved to a key behind the cursor: a second look, from the start.
            fruitless = if round.rows == before { fruitless + 1 } else { 0 };
            if remaining < STRAGGLERS || fruitless > 0 {
                round.pass = Pass::Waiting;
            }
            if fruitless > 0 {
                self.listener
                    .tell(&Event::Waiting(&format!("{remaining} rows of {} that others have locked", backfill.table)));
                tokio::time::sleep(back_off(fruitless)).await;
            }
            round.total = round.rows + remaining;
        }
        self.record_fenced(attempt, step, "done", None).await
    }

    async fn run_round(&mut self, round: &mut Round<'_>, mut cursor: Option<Vec<String>>) -> Result<(), ApplyError> {
        let mut tries = 0;
        loop {
            if self.lease.is_lost() {
                return Err(ApplyError::Fenced);
            }
            let begun = Instant::now();
            match self.run_batch(round, cursor.as_deref()).await {
                Ok(Some((upper, filled))) => {
                    tries = 0;
                    cursor = Some(upper);
                    round.rows += filled;
                    round.batch_size = next_size(round.batch_size, begun.elapsed());
                    let total = round.total.max(round.rows);
                    self.listener.tell(&Event::Backfill { rows: round.rows, total });
                }
                Ok(None) => return Ok(()),
                Err(ApplyError::Connection(error)) if is_lock_failure(&error) => {
                    tries += 1;
                    self.listener.tell(&Event::Waiting("a row that somebody has locked"));
                    tokio::time::sleep(back_off(tries)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// One batch and its cursor in one transaction; `None` where there is no key beyond the cursor.
    async fn run_batch(
        &mut self,
        round: &Round<'_>,
        cursor: Option<&[String]>,
    ) -> Result<Option<(Vec<String>, i64)>, ApplyError> {
        let token = self.lease.token().to_owned();
        let mut transaction = self.connection.begin().await?;
        let outcome = batch(&mut transaction, &token, round, cursor).await;
        match outcome {
            Ok(done) => {
                transaction.commit().await?;
                Ok(done)
            }
            Err(error) => {
                // Where this fails the connection is gone; what is told is why the batch failed.
                drop(transaction.rollback().await);
                Err(error)
            }
        }
    }

    async fn remaining(&mut self, round: &Round<'_>) -> Result<i64, ApplyError> {
        let query = &round.backfill.remaining;
        count(&mut self.connection, &query.sql).await.map_err(|error| located(round, query, error))
    }
}

async fn batch(
    connection: &mut PgConnection,
    token: &str,
    round: &Round<'_>,
    cursor: Option<&[String]>,
) -> Result<Option<(Vec<String>, i64)>, ApplyError> {
    if !lease::fence(connection, token).await? {
        return Err(ApplyError::Fenced);
    }
    execute(connection, &local_statement_timeout(&round.step.statement_timeout)).await?;
    execute(connection, SEE_ALL_ROWS).await?;
    if round.backfill.triggers == TriggerMode::Silent {
        execute(connection, SILENCE_TRIGGERS).await.map_err(|error| located(round, &round.backfill.batch, error))?;
    }
    let Some(upper) = upper_bound(connection, round, cursor).await? else { return Ok(None) };
    let statement = match round.pass {
        Pass::Skipping => &round.backfill.batch,
        Pass::Waiting => {
            execute(connection, STRAGGLER_LOCK_TIMEOUT).await?;
            &round.backfill.straggler
        }
    };
    let mut bound = query(&statement.sql);
    for at in 0..round.backfill.key.len() {
        bound = bound.bind(cursor.map(|cursor| cursor[at].clone()));
    }
    for value in &upper {
        bound = bound.bind(value.clone());
    }
    let done = bound.execute(&mut *connection).await.map_err(|error| located(round, statement, error))?;
    let filled = i64::try_from(done.rows_affected()).unwrap_or(i64::MAX);
    history::record_position(connection, step_key(round.attempt, round.step), Some(&upper), filled).await?;
    Ok(Some((upper, filled)))
}

async fn upper_bound(
    connection: &mut PgConnection,
    round: &Round<'_>,
    cursor: Option<&[String]>,
) -> Result<Option<Vec<String>>, ApplyError> {
    let statement = &round.backfill.range;
    let size = round.backfill.key.len();
    let mut bound = query(&statement.sql);
    for at in 0..size {
        bound = bound.bind(cursor.map(|cursor| cursor[at].clone()));
    }
    let row = bound
        .bind(round.batch_size)
        .fetch_optional(connection)
        .await
        .map_err(|error| located(round, statement, error))?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((0..size).map(|at| row.try_get(at)).collect::<Result<_, _>>()?))
}

/// Lock failures go back as they are, to be tried again; anything else is the migration's own SQL.
fn located(round: &Round<'_>, statement: &Statement, error: sqlx::Error) -> ApplyError {
    if is_lock_failure(&error) {
        return error.into();
    }
    locate::failure(&error, &round.attempt.migration.file(round.step.phase), statement, &round.step.title)
}

/// Towards the target time, by a factor of two at the most.
fn next_size(size: i64, taken: Duration) -> i64 {
    let taken = taken.as_secs_f64().max(0.001);
    let wanted = size as f64 * (TARGET.as_secs_f64() / taken).clamp(0.5, 2.0);
    (wanted as i64).clamp(50, LARGEST_BATCH)
}
