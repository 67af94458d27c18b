//! Rows that can't be filled because the expression fails on them. The others are filled, and the run says how to go on.

use super::Fill;
use super::course::{Course, Pass};
use super::stretch::Stretch;
use crate::apply::error::ApplyError;
use crate::apply::runner::Runner;
use crate::dialect::postgres::history::fill;

/// A row that could not be filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedRow {
    /// Its key: `id = 17`, or its place where the table has none.
    pub key: String,
    /// What the server said.
    pub error: String,
}

impl Runner {
    /// Notes a row that stands alone in its stretch; stops where there are too many.
    pub(super) async fn note_failure(
        &mut self,
        fill: Fill<'_>,
        course: &mut Course,
        stretch: &Stretch,
        error: &ApplyError,
    ) -> Result<(), ApplyError> {
        let ApplyError::Statement(failure) = error else { return Ok(()) };
        let row = FailedRow { key: key_of(fill, stretch), error: failure.message.clone() };
        let mut transaction = self.begin_fenced().await?;
        fill::record_failure(&mut transaction, fill.key(), &row.key, &row.error).await?;
        transaction.commit().await?;
        course.failures.push(row);
        if course.failures.len() >= self.backfill_options.failures.max(1) {
            return self.stop_for_failures(fill, course, false).await;
        }
        Ok(())
    }

    /// Stops where nothing is left but rows that fail: a pass that waits for every lock has met nothing else. In one that
    /// passes locked rows over, as many others may be left as there are rows that were put right meanwhile.
    pub(super) async fn require_no_failures(
        &mut self,
        fill: Fill<'_>,
        course: &Course,
        remaining: Option<i64>,
    ) -> Result<(), ApplyError> {
        let failed = i64::try_from(course.failures.len()).unwrap_or(i64::MAX);
        // Where the expression fails in the count too, a pass that has filled nothing has seen everything.
        let only_these = remaining.map_or(course.filled_in_pass() == 0, |remaining| remaining <= failed);
        let has_seen_all = course.pass == Pass::Waiting && !course.blocked;
        if failed == 0 || !only_these || !has_seen_all {
            return Ok(());
        }
        self.stop_for_failures(fill, course, true).await
    }

    async fn stop_for_failures(&mut self, fill: Fill<'_>, course: &Course, all: bool) -> Result<(), ApplyError> {
        let error = ApplyError::RowsFailed {
            migration: fill.attempt.migration.folder_name(),
            table: fill.backfill.table.to_string(),
            rows: course.failures.clone(),
            all,
        };
        self.record_fenced(fill.attempt, fill.step, "failed", Some(&error.to_string())).await?;
        Err(error)
    }
}

fn key_of(fill: Fill<'_>, stretch: &Stretch) -> String {
    if fill.backfill.key.is_empty() {
        // One place: from `after` on.
        return format!("ctid = {}", stretch.after.iter().flatten().next().map_or("(0,0)", String::as_str));
    }
    let columns = fill.backfill.key.iter().zip(&stretch.until);
    columns.map(|((name, _), value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", ")
}
