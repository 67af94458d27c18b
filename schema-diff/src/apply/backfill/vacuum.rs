//! VACUUM between batches: what the backfill leaves behind is used again, and the table doesn't grow to twice its size.

use sqlx::Connection;

use super::Fill;
use super::course::Course;
use crate::apply::connection::set_session_timeouts;
use crate::apply::error::ApplyError;
use crate::apply::runner::Runner;
use crate::dialect::postgres::maintenance;
use crate::dialect::postgres::session::plain;

/// Smaller tables are left to autovacuum.
const LEAST_ROWS: i64 = 20_000;

impl Runner {
    /// Cleans up when enough rows have been filled. It blocks neither readers nor writers, and gives way where an
    /// autovacuum is at work.
    pub(super) async fn vacuum_if_due(&mut self, fill: Fill<'_>, course: &mut Course) -> Result<(), ApplyError> {
        let percent = i64::from(self.backfill_options.vacuum_after);
        // Behind a pooler its settings would stay with a session that somebody else gets.
        if self.pooled {
            return Ok(());
        }
        if percent == 0 || course.since_vacuum < (course.total * percent / 100).max(LEAST_ROWS) {
            return Ok(());
        }
        course.since_vacuum = 0;
        self.tell_progress(fill, course, Some("VACUUM")).await?;
        let mut direct = self.connect_to_work().await?;
        set_session_timeouts(&mut direct, "3s", "0").await?;
        // Bloat is a pity, not a fault.
        if let Err(error) = maintenance::vacuum(&mut direct, &fill.backfill.table).await {
            self.notice(&format!("{} could not be cleaned up: {}", fill.backfill.table, plain(&error)));
        }
        direct.close().await?;
        course.rested();
        self.tell_progress(fill, course, None).await
    }
}
