//! VACUUM between batches: what the backfill leaves behind is used again, and the table doesn't grow to twice its size.

use sqlx::Connection;

use super::Fill;
use super::course::Course;
use crate::apply::connection::set_session_timeouts;
use crate::apply::error::ApplyError;
use crate::apply::runner::Runner;
use crate::dialect::postgres::maintenance;

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
        // Bloat is a pity, not a fault.
        if let Err(error) = self.vacuum(fill).await {
            self.notice(&format!("{} could not be cleaned up: {error}", fill.backfill.table));
        }
        course.rested();
        self.tell_progress(fill, course, None).await
    }

    async fn vacuum(&self, fill: Fill<'_>) -> Result<(), ApplyError> {
        let mut connection = self.connect_to_work().await?;
        set_session_timeouts(&mut connection, "3s", "0").await?;
        maintenance::vacuum(&mut connection, &fill.backfill.table).await?;
        connection.close().await?;
        Ok(())
    }
}
