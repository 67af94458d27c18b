//! What a migration will cost, from the catalog's statistics: before it runs, and put right while it does.
//!
//! The model is simple on purpose. Its constants were measured on PostgreSQL 18 with rows of 50 to 500 bytes and up to
//! four indexes, on two cores; what earlier backfills of the same database have really taken puts them right.

use std::time::Duration;

/// What the catalog knows of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TableStatistics {
    /// The planner's estimate of its rows.
    pub rows: i64,
    /// Its size without indexes, in bytes.
    pub heap_bytes: i64,
    /// The size of its indexes, in bytes.
    pub index_bytes: i64,
    /// How many indexes it has.
    pub indexes: i64,
}

/// How a backfill goes, as far as that matters here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// What one batch should take.
    pub target: Duration,
    /// A rest after each.
    pub pause: Duration,
    /// Rows per second at most.
    pub rate: Option<u64>,
    /// How many connections fill.
    pub workers: u16,
    /// VACUUM after so many percent of the rows; 0 is never.
    pub vacuum_after: u8,
    /// How much longer earlier backfills of this database took than the model says; 1 where there was none.
    pub calibration: f64,
}

/// What a backfill costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FillEstimate {
    /// The rows of the table.
    pub rows: i64,
    /// In so many batches.
    pub batches: i64,
    /// Rests and VACUUM included.
    pub seconds: f64,
    /// Bytes of WAL.
    pub wal_bytes: i64,
    /// Bytes by which the table and its indexes grow.
    pub space_bytes: i64,
}

/// Microseconds to fill a row: its trigger, its lock, its new version.
const PER_ROW: f64 = 4.0;
/// Microseconds for each index that the new version goes into.
const PER_INDEX: f64 = 1.0;
/// Microseconds for each byte of the row.
const PER_BYTE: f64 = 0.005;
/// Seconds for what a batch takes beside its rows: the next range, its record, the commit.
const PER_BATCH: f64 = 0.004;
/// Bytes per second that a scan reads, from disk and cache.
const SCAN: f64 = 300e6;
/// Bytes of WAL for the lock and the new version of a row, beside its width, and for its entry in an index.
const WAL_PER_ROW: f64 = 110.0;
const WAL_PER_INDEX: f64 = 70.0;
/// Microseconds per row to sort it into a new index.
const SORT: f64 = 1.5;

impl TableStatistics {
    /// The bytes of a row.
    fn width(&self) -> f64 {
        if self.rows > 0 { self.heap_bytes as f64 / self.rows as f64 } else { 0.0 }
    }

    /// How long filling every row takes.
    pub fn fill(&self, speed: Speed) -> FillEstimate {
        let rows = self.rows as f64;
        let per_row = (PER_ROW + PER_INDEX * self.indexes as f64 + PER_BYTE * self.width()) * 1e-6 * speed.calibration;
        let per_batch = (speed.target.as_secs_f64() / per_row).clamp(50.0, 20_000.0);
        let batches = (rows / per_batch).ceil();
        let batch = per_batch * per_row + PER_BATCH + speed.pause.as_secs_f64();
        let filling = batches * batch / f64::from(speed.workers.max(1));
        let at_rate = speed.rate.map_or(0.0, |rate| rows / rate.max(1) as f64);
        let bytes = (self.heap_bytes + self.index_bytes) as f64;
        let share = f64::from(speed.vacuum_after) / 100.0;
        let vacuums = if speed.vacuum_after == 0 { 0.0 } else { (1.0 / share).floor() };
        let vacuum =
            if vacuums > 0.0 { (2.0 * self.heap_bytes as f64 + vacuums * self.index_bytes as f64) / SCAN } else { 0.0 };
        let grown = if vacuums > 0.0 { share } else { 1.0 };
        FillEstimate {
            rows: self.rows,
            batches: batches as i64,
            seconds: filling.max(at_rate) + vacuum,
            // After a checkpoint every page is written once as a whole.
            wal_bytes: (rows * (self.width() + WAL_PER_ROW + WAL_PER_INDEX * self.indexes as f64) + bytes) as i64,
            space_bytes: (bytes * grown + rows * 8.0) as i64,
        }
    }

    /// How long reading every row takes, in seconds.
    pub fn scan(&self) -> f64 {
        self.heap_bytes as f64 / SCAN
    }

    /// How long a concurrent index build takes, which reads the table twice, in seconds.
    pub fn index_build(&self) -> f64 {
        2.0 * self.scan() + self.rows as f64 * SORT * 1e-6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEED: Speed = Speed {
        target: Duration::from_millis(50),
        pause: Duration::ZERO,
        rate: None,
        workers: 1,
        vacuum_after: 10,
        calibration: 1.0,
    };
    const TABLE: TableStatistics =
        TableStatistics { rows: 1_000_000, heap_bytes: 150_000_000, index_bytes: 25_000_000, indexes: 1 };

    #[test]
    fn twice_the_rows_take_twice_the_time() {
        let twice = TableStatistics { rows: 2_000_000, heap_bytes: 300_000_000, index_bytes: 50_000_000, indexes: 1 };
        let ratio = twice.fill(SPEED).seconds / TABLE.fill(SPEED).seconds;
        assert!((1.95..2.05).contains(&ratio), "{ratio}");
        assert_eq!(TableStatistics::default().fill(SPEED).seconds, 0.0);
    }

    #[test]
    fn rate_pause_and_workers_count() {
        let seconds = |speed: Speed| TABLE.fill(speed).seconds;
        assert!(seconds(Speed { rate: Some(1_000), ..SPEED }) >= 1_000.0);
        assert!(seconds(Speed { pause: Duration::from_millis(50), ..SPEED }) > 1.5 * seconds(SPEED));
        assert!(seconds(Speed { workers: 4, vacuum_after: 0, ..SPEED }) < 0.3 * seconds(SPEED));
        assert!(seconds(Speed { calibration: 2.0, ..SPEED }) > 1.5 * seconds(SPEED));
    }
}
