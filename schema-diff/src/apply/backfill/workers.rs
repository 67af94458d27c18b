//! Several connections that fill at the same time, each a stretch of its own.

use std::sync::Arc;
use std::time::Instant;

use sqlx::{Connection, PgConnection};
use tokio::task::JoinSet;

use super::batch::{Batch, Way};
use super::course::Course;
use super::pace::Pace;
use super::stretch::{self, Stretch};
use super::{Fill, is_row_error};
use crate::apply::error::ApplyError;
use crate::apply::runner::{Attempt, Runner};
use crate::dialect::postgres::history::fill;
use crate::dialect::postgres::session::is_lock_failure;
use crate::migration::Migration;
use crate::statement::{Backfill, ScriptStep};

/// A connection that fills, with all that it needs: it goes on while nobody looks, since a batch that stood still would
/// keep its rows locked.
struct Worker {
    connection: PgConnection,
    token: String,
    pace: Pace,
    migration: Arc<Migration>,
    attempt: i32,
    step: ScriptStep,
    backfill: Backfill,
}

/// A stretch on its way.
struct Task {
    number: usize,
    stretch: Stretch,
    begun: Instant,
}

/// What became of it.
struct Done {
    worker: Worker,
    task: Task,
    outcome: Result<i64, ApplyError>,
}

impl Worker {
    async fn work(mut self, task: Task) -> Done {
        let outcome = self.fill(&task.stretch).await;
        Done { worker: self, task, outcome }
    }

    async fn fill(&mut self, stretch: &Stretch) -> Result<i64, ApplyError> {
        let attempt = Attempt { migration: &self.migration, number: self.attempt };
        let fill = Fill { attempt, step: &self.step, backfill: &self.backfill };
        let mut rows = 0;
        loop {
            let (begun, limit) = (Instant::now(), self.pace.limit());
            let batch = Batch { fill, stretch, way: Way::Skipping { limit }, recorded: false };
            match batch.run(&mut self.connection, &self.token).await {
                Ok(filled) => {
                    self.pace.note(filled, begun.elapsed());
                    rows += filled;
                    if filled < limit {
                        return Ok(rows);
                    }
                }
                // The next pass comes by again.
                Err(ApplyError::Connection(error)) if is_lock_failure(&error) => return Ok(rows),
                Err(error) => return Err(error),
            }
        }
    }
}

impl Runner {
    /// Hands stretches to workers until the table ends. Gives the first stretch in which a row fails, if one does: from
    /// there on one connection goes on alone.
    pub(super) async fn run_workers(
        &mut self,
        fill: Fill<'_>,
        course: &mut Course,
        mut after: Option<Vec<String>>,
    ) -> Result<Option<Stretch>, ApplyError> {
        let end = stretch::end(&mut self.connection, fill).await?;
        let mut idle = self.workers(fill, course).await?;
        let mut busy = JoinSet::new();
        let mut order = Order::default();
        let mut failed: Option<Task> = None;
        let mut number = 0;
        loop {
            while failed.is_none() && !idle.is_empty() {
                self.throttle(fill, course).await?;
                let size = course.pace.share();
                let next = stretch::next(&mut self.connection, fill, after.as_deref(), size, &end).await?;
                let (Some(stretch), Some(mut worker)) = (next, idle.pop()) else { break };
                worker.pace.keep_to(course.throttle.rate());
                after = Some(stretch.until.clone());
                busy.spawn(worker.work(Task { number, stretch, begun: Instant::now() }));
                number += 1;
            }
            let Some(done) = busy.join_next().await else { break };
            let Done { worker, task, outcome } = done.map_err(|error| ApplyError::Worker(error.to_string()))?;
            match outcome {
                Ok(filled) => {
                    course.note_worker(filled, task.begun, &worker.pace);
                    self.correct(fill, course).await?;
                    let position = order.done(task);
                    let mut transaction = self.begin_fenced().await?;
                    fill::record_batch(&mut transaction, fill.key(), position.as_deref(), filled).await?;
                    transaction.commit().await?;
                    self.tell_progress(fill, course, None).await?;
                }
                Err(error) if is_row_error(&error) => {
                    failed = Some(failed.filter(|earlier| earlier.number < task.number).unwrap_or(task));
                }
                Err(error) => return Err(error),
            }
            idle.push(worker);
            self.vacuum_if_due(fill, course).await?;
        }
        for worker in idle {
            // All is committed; how its connection ends is of no account.
            drop(worker.connection.close().await);
        }
        Ok(failed.map(|task| task.stretch))
    }

    async fn workers(&self, fill: Fill<'_>, course: &Course) -> Result<Vec<Worker>, ApplyError> {
        let migration = Arc::new(fill.attempt.migration.clone());
        let mut workers = Vec::new();
        for _ in 0..self.backfill_options.workers {
            workers.push(Worker {
                connection: self.connect_to_work().await?,
                token: self.lease.token().to_owned(),
                pace: course.pace.clone(),
                migration: Arc::clone(&migration),
                attempt: fill.attempt.number,
                step: fill.step.clone(),
                backfill: fill.backfill.clone(),
            });
        }
        Ok(workers)
    }
}

/// Stretches end in any order; the cursor stands behind the last one before which none is missing.
#[derive(Default)]
struct Order {
    finished: usize,
    waiting: Vec<Task>,
}

impl Order {
    fn done(&mut self, task: Task) -> Option<Vec<String>> {
        self.waiting.push(task);
        let mut position = None;
        while let Some(at) = self.waiting.iter().position(|task| task.number == self.finished) {
            position = Some(self.waiting.swap_remove(at).stretch.until);
            self.finished += 1;
        }
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_passes_nothing_that_is_under_way() {
        let task = |number: usize| Task {
            number,
            stretch: Stretch { after: None, until: vec![number.to_string()], size: 1 },
            begun: Instant::now(),
        };
        let mut order = Order::default();
        assert_eq!(order.done(task(1)), None);
        assert_eq!(order.done(task(0)), Some(vec!["1".to_owned()]));
        assert_eq!(order.done(task(2)), Some(vec!["2".to_owned()]));
    }
}
