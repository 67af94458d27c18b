//! What a backfill was expected to take, corrected by its first batches, and what it took.

use std::time::{Duration, Instant};

use super::Fill;
use super::course::Course;
use crate::apply::error::ApplyError;
use crate::apply::runner::Runner;
use crate::dialect::postgres::history::fill;
use crate::dialect::postgres::statistics;
use crate::estimate::TableStatistics;

/// So many batches tell how fast this table is.
const FIRST_BATCHES: u32 = 100;

/// The expectation of a run.
pub(super) struct Expectation {
    begun: Instant,
    rows_before: i64,
    batches: u32,
    expected: Option<f64>,
    corrected: Option<f64>,
    /// Rests that were asked for while it went on, and waits for others: nothing that the table costs.
    pub(super) rested: Duration,
}

impl Expectation {
    pub(super) fn new(rows: i64) -> Self {
        Self {
            begun: Instant::now(),
            rows_before: rows,
            batches: 0,
            expected: None,
            corrected: None,
            rested: Duration::ZERO,
        }
    }
}

impl Runner {
    /// Estimates from the statistics, and keeps that with the step.
    pub(super) async fn expect(
        &mut self,
        fill: Fill<'_>,
        course: &mut Course,
        table: &TableStatistics,
    ) -> Result<(), ApplyError> {
        let calibration = statistics::calibration(&mut self.connection).await?;
        let model = table.fill(self.backfill_options.speed(1.0)).seconds;
        let expected = table.fill(self.backfill_options.speed(calibration)).seconds;
        let mut transaction = self.begin_fenced().await?;
        let estimate = fill::Expected { rows: table.rows, model, seconds: expected };
        fill::record_estimate(&mut transaction, fill.key(), estimate).await?;
        transaction.commit().await?;
        course.expectation.expected = Some(expected);
        Ok(())
    }

    /// After the first batches the time that they took is worth more than the statistics.
    pub(super) async fn correct(&mut self, fill: Fill<'_>, course: &mut Course) -> Result<(), ApplyError> {
        let (rows, total) = (course.rows, course.total);
        let expectation = &mut course.expectation;
        expectation.batches += 1;
        if expectation.batches != FIRST_BATCHES || rows <= expectation.rows_before {
            return Ok(());
        }
        let elapsed = (expectation.begun.elapsed() - expectation.rested).as_secs_f64();
        let per_row = elapsed / (rows - expectation.rows_before) as f64;
        let corrected = elapsed + per_row * (total - rows).max(0) as f64;
        expectation.corrected = Some(corrected);
        let mut transaction = self.begin_fenced().await?;
        fill::record_correction(&mut transaction, fill.key(), corrected).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Tells what came of it, where it took long enough to be of interest.
    pub(super) fn compare_with_expectation(&self, fill: Fill<'_>, course: &Course) {
        let Expectation { begun, rows_before, expected, corrected, .. } = &course.expectation;
        let seconds = begun.elapsed().as_secs_f64();
        let Some(expected) = expected.filter(|_| seconds > 5.0) else { return };
        let corrected =
            corrected.map_or_else(String::new, |corrected| format!(", {corrected:.0} s after the first batches"));
        self.notice(&format!(
            "  {}: {} rows filled in {seconds:.0} s; expected were {expected:.0} s{corrected}",
            fill.backfill.table,
            course.rows - rows_before
        ));
    }
}
