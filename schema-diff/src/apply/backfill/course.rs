//! How a backfill has gone so far.

use std::time::{Duration, Instant};

use schema_model::{Identifier, SqlType};

use super::batch::Way;
use super::expectation::Expectation;
use super::failures::FailedRow;
use super::options::BackfillOptions;
use super::pace::{Pace, Unit};
use super::throttle::Throttle;
use crate::dialect::postgres::history::StepRecord;

/// What one look through the table does about rows that somebody has locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// They are passed over.
    Skipping,
    /// They are waited for.
    Waiting,
}

/// How often the history is told of the progress, where nothing else is new.
const NEWS: Duration = Duration::from_secs(1);

/// A backfill under way.
pub(super) struct Course {
    pub(super) pass: Pass,
    pub(super) pace: Pace,
    pub(super) throttle: Throttle,
    pub(super) expectation: Expectation,
    /// The rows filled, earlier runs included.
    pub(super) rows: i64,
    /// The rows to fill, as far as is known.
    pub(super) total: i64,
    /// Rows that could not be filled in this pass.
    pub(super) failures: Vec<FailedRow>,
    /// Rows filled since the last VACUUM.
    pub(super) since_vacuum: i64,
    /// Whether anything was locked in this pass.
    pub(super) blocked: bool,
    rows_before_pass: i64,
    /// The fewest rows that were left after a pass, and for how many passes since.
    fewest: Option<(i64, u32)>,
    /// Since when it has been waiting for others, with nothing filled.
    stuck: Option<Instant>,
    meter: Meter,
    told: Option<(Instant, Option<String>)>,
}

impl Course {
    pub(super) fn new(
        record: Option<&StepRecord>,
        estimate: i64,
        key: &[(Identifier, SqlType)],
        options: &BackfillOptions,
    ) -> Self {
        let rows = record.map_or(0, |record| record.rows_done);
        let unit = if key.is_empty() { Unit::Blocks } else { Unit::Rows };
        Self {
            pass: Pass::Skipping,
            pace: Pace::new(unit, options.target),
            throttle: Throttle::new(options),
            expectation: Expectation::new(rows),
            rows,
            total: estimate.max(rows),
            failures: Vec::new(),
            since_vacuum: 0,
            blocked: false,
            rows_before_pass: rows,
            fewest: None,
            stuck: None,
            meter: Meter { since: Instant::now(), rows, rate: None },
            told: None,
        }
    }

    pub(super) fn begin_pass(&mut self) {
        self.rows_before_pass = self.rows;
        self.failures.clear();
        self.blocked = false;
    }

    /// Whether some passes, the last with nothing locked, have left as many rows as there were before them.
    pub(super) fn comes_to_nothing(&mut self, remaining: i64) -> bool {
        let since = match self.fewest {
            Some((fewest, since)) if remaining >= fewest => since + 1,
            _ => 0,
        };
        self.fewest = Some((self.fewest.map_or(remaining, |(fewest, _)| fewest.min(remaining)), since));
        let enough = if self.pass == Pass::Waiting { 4 } else { 8 };
        !self.blocked && since >= enough
    }

    pub(super) fn filled_in_pass(&self) -> i64 {
        self.rows - self.rows_before_pass
    }

    /// Learns from a batch of this connection.
    pub(super) fn note(&mut self, filled: i64, begun: Instant, way: Way) {
        if way != Way::Waiting {
            self.pace.note(filled, begun.elapsed());
        }
        self.throttle.note(filled, begun);
        self.add(filled);
    }

    /// Learns from a stretch of a worker's.
    pub(super) fn note_worker(&mut self, filled: i64, begun: Instant, pace: &Pace) {
        let rate = self.throttle.rate();
        self.pace = pace.clone();
        self.pace.keep_to(rate);
        self.throttle.note(filled, begun);
        self.add(filled);
    }

    fn add(&mut self, filled: i64) {
        self.rows += filled;
        self.total = self.total.max(self.rows);
        self.since_vacuum += filled;
        if filled > 0 {
            self.stuck = None;
        }
        self.meter.note(self.rows);
    }

    /// Takes a count for an estimate.
    pub(super) fn expect(&mut self, remaining: Option<i64>) {
        if let Some(remaining) = remaining {
            self.total = self.rows + remaining;
        }
    }

    /// Rows per second, of late.
    pub(super) fn rate(&self) -> Option<f64> {
        self.meter.rate
    }

    /// It has to wait for others; gives for how long it has done so already. Looking at rows that are right is no wait,
    /// however long it takes.
    pub(super) fn wait(&mut self) -> Duration {
        self.stuck.get_or_insert_with(Instant::now).elapsed()
    }

    /// A rest that was asked for is no wait for others.
    pub(super) fn rested(&mut self) {
        self.stuck = None;
    }

    /// Whether the history doesn't know yet; then it will.
    pub(super) fn is_news(&mut self, waiting: Option<&str>) -> bool {
        let known = self.told.as_ref().is_some_and(|(at, words)| at.elapsed() < NEWS && words.as_deref() == waiting);
        if !known {
            self.told = Some((Instant::now(), waiting.map(str::to_owned)));
        }
        !known
    }
}

/// Rows per second over the last seconds.
struct Meter {
    since: Instant,
    rows: i64,
    rate: Option<f64>,
}

impl Meter {
    fn note(&mut self, rows: i64) {
        let elapsed = self.since.elapsed().as_secs_f64();
        if elapsed < 1.0 && (self.rate.is_some() || elapsed < 0.2) {
            return;
        }
        let now = (rows - self.rows) as f64 / elapsed;
        self.rate = Some(self.rate.map_or(now, |before| 0.7 * before + 0.3 * now));
        (self.since, self.rows) = (Instant::now(), rows);
    }
}
