//! One batch: fenced, filled and recorded in one transaction.

use sqlx::{Connection, PgConnection, Row};

use super::Fill;
use super::stretch::Stretch;
use crate::apply::error::ApplyError;
use crate::dialect::postgres::history::fill;
use crate::dialect::postgres::lease;
use crate::dialect::postgres::lock;
use crate::dialect::postgres::session::{
    ALONG_THE_KEY, BATCH_LOCK_TIMEOUT, BEGIN, SEE_ALL_ROWS, SILENCE_TRIGGERS, STRAGGLER_TIMEOUTS, execute, is_time_out,
    local_timeouts, query,
};
use crate::statement::TriggerMode;

/// What is done about rows that somebody has locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// They are passed over.
    Skipping {
        /// So many rows are filled at most.
        limit: i64,
    },
    /// They are waited for, 50 ms at most.
    Waiting,
}

/// One batch.
#[derive(Clone, Copy)]
pub(super) struct Batch<'a> {
    pub(super) fill: Fill<'a>,
    pub(super) stretch: &'a Stretch,
    pub(super) way: Way,
    /// Whether it writes its rows and the cursor into the history; a worker's are written for it.
    pub(super) recorded: bool,
}

impl Batch<'_> {
    /// Runs it; gives the rows filled.
    pub(super) async fn run(self, connection: &mut PgConnection, token: &str) -> Result<i64, ApplyError> {
        let mut transaction = connection.begin_with(BEGIN).await?;
        match self.within(&mut transaction, token).await {
            Ok(filled) => {
                transaction.commit().await?;
                Ok(filled)
            }
            Err(error) => {
                // Where this fails the connection is gone; what is told is why the batch failed.
                drop(transaction.rollback().await);
                Err(error)
            }
        }
    }

    async fn within(self, connection: &mut PgConnection, token: &str) -> Result<i64, ApplyError> {
        let Self { fill, stretch, way, recorded } = self;
        if !lease::fence(connection, token).await? {
            return Err(ApplyError::Fenced);
        }
        let (statement, limit) = match way {
            Way::Skipping { limit } => (&fill.backfill.batch, Some(limit)),
            Way::Waiting => (&fill.backfill.straggler, None),
        };
        execute(connection, &self.settings()).await.map_err(|error| fill.located(statement, error))?;
        let mut bound = query(&statement.sql);
        for at in 0..bounds(fill) {
            bound = bound.bind(stretch.after.as_ref().map(|after| after[at].clone()));
        }
        for value in &stretch.until {
            bound = bound.bind(value.clone());
        }
        if let Some(limit) = limit {
            bound = bound.bind(limit);
        }
        let done = bound.execute(&mut *connection).await.map_err(|error| match self.way {
            Way::Waiting if is_time_out(&error) => error.into(),
            _ => fill.located(statement, error),
        })?;
        let filled = i64::try_from(done.rows_affected()).unwrap_or(i64::MAX);
        if recorded {
            // A batch that reached its limit has left something behind in the stretch.
            let position = limit.is_none_or(|limit| filled < limit).then_some(stretch.until.as_slice());
            fill::record_batch(connection, fill.key(), position, filled).await?;
        }
        Ok(filled)
    }

    fn settings(self) -> String {
        let step = self.fill.step;
        let mut settings = vec![local_timeouts(&step.lock_timeout, &step.statement_timeout)];
        settings.extend([SEE_ALL_ROWS, ALONG_THE_KEY].map(str::to_owned));
        // The table itself may be waited for, before a row is locked.
        settings.push(lock::as_a_writer(&self.fill.backfill.table));
        settings.push(if self.way == Way::Waiting { STRAGGLER_TIMEOUTS } else { BATCH_LOCK_TIMEOUT }.to_owned());
        if self.fill.backfill.triggers == TriggerMode::Silent {
            settings.push(SILENCE_TRIGGERS.to_owned());
        }
        settings.join("; ")
    }
}

/// Counts the rows of a stretch that are still to be filled; those of the whole table where it has no bounds.
pub(super) async fn remaining(
    connection: &mut PgConnection,
    fill: Fill<'_>,
    stretch: &Stretch,
) -> Result<i64, sqlx::Error> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let outcome = async {
        let step = fill.step;
        let settings = format!("{}; {SEE_ALL_ROWS}", local_timeouts(&step.lock_timeout, &step.statement_timeout));
        execute(&mut transaction, &settings).await?;
        let bounded = !stretch.until.is_empty();
        if bounded {
            execute(&mut transaction, ALONG_THE_KEY).await?;
        }
        let mut bound = query(&fill.backfill.remaining.sql);
        for at in 0..bounds(fill) {
            bound = bound.bind(stretch.after.as_ref().map(|after| after[at].clone()));
        }
        for at in 0..bounds(fill) {
            bound = bound.bind(stretch.until.get(at).cloned());
        }
        bound.fetch_one(&mut *transaction).await?.try_get(0)
    }
    .await;
    transaction.rollback().await?;
    outcome
}

/// How many parameters a bound takes: a place is one.
fn bounds(fill: Fill<'_>) -> usize {
    fill.backfill.key.len().max(1)
}
