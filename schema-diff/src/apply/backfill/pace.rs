//! How much at a time: towards the target time, by a factor of two at the most.

use std::time::Duration;

/// Rows or blocks to look at, and rows to fill, in one batch.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    target: Duration,
    unit: Unit,
    size: i64,
    limit: i64,
    /// The most rows to fill that a rate leaves room for.
    most: i64,
}

/// What a stretch is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Rows along the key.
    Rows,
    /// Blocks of the table; a size of 0 is one place in a block.
    Blocks,
}

const FIRST_LIMIT: i64 = 500;
const LARGEST_LIMIT: i64 = 20_000;

impl Unit {
    fn first(self) -> i64 {
        match self {
            Self::Rows => FIRST_LIMIT,
            Self::Blocks => 8,
        }
    }

    /// So much is looked at in one statement where all rows are right: read, and never locked.
    fn largest(self) -> i64 {
        match self {
            Self::Rows => 200_000,
            Self::Blocks => 4_096,
        }
    }

    fn smallest(self) -> i64 {
        match self {
            Self::Rows => 1,
            Self::Blocks => 0,
        }
    }
}

impl Pace {
    pub(super) fn new(unit: Unit, target: Duration) -> Self {
        Self { target, unit, size: unit.first(), limit: FIRST_LIMIT, most: LARGEST_LIMIT }
    }

    /// How much to look at: rows, or blocks.
    pub(super) fn size(&self) -> i64 {
        self.size
    }

    /// How many rows to fill. A batch that fills fewer has left nothing behind; where no more rows are looked at than may
    /// be filled, that is always so.
    pub(super) fn limit(&self) -> i64 {
        let limit = self.limit.clamp(1, self.most);
        if self.unit == Unit::Rows && self.size <= limit { self.size + 1 } else { limit }
    }

    /// How much to look at where every lock is waited for.
    pub(super) fn few(&self) -> i64 {
        self.size.min(self.unit.first())
    }

    /// Batches of half a second's rows at most, so that a rate is kept smoothly.
    pub(super) fn keep_to(&mut self, rate: Option<u64>) {
        self.most = rate.map_or(LARGEST_LIMIT, |rate| i64::try_from(rate / 2).unwrap_or(LARGEST_LIMIT)).max(1);
    }

    /// Learns from a batch: what it filled and how long that took.
    pub(super) fn note(&mut self, filled: i64, taken: Duration) {
        let factor = (self.target.as_secs_f64() / taken.as_secs_f64().max(0.000_1)).clamp(0.5, 2.0);
        let scaled = |value: i64| (value as f64 * factor).ceil() as i64;
        let limit = self.limit();
        if filled * 4 >= limit {
            self.limit = scaled(self.limit).clamp(50, LARGEST_LIMIT);
        }
        // Where the limit was reached there is more in the stretch than a batch can take.
        if filled < limit || factor < 1.0 {
            self.size = scaled(self.size).clamp(self.unit.smallest().max(1), self.unit.largest());
        }
    }

    /// A tenth of a stretch, to find a row that fails in it; `false` where it stands alone already.
    pub(super) fn narrow(&mut self, stretch: i64) -> bool {
        if stretch <= self.unit.smallest() {
            return false;
        }
        self.size = (stretch / 10).max(self.unit.smallest());
        true
    }

    /// How much a worker looks at before it asks again: a few batches, also where all rows are right, and no more than
    /// half a second, since a pause or another rate is heard of in between.
    pub(super) fn share(&self) -> i64 {
        const MOST: u128 = 8;
        let within = Duration::from_millis(500).as_millis() / self.target.as_millis().max(1);
        let batches = i64::try_from(within.clamp(1, MOST)).unwrap_or(1);
        match self.unit {
            Unit::Rows => self.size.min(self.limit.clamp(1, self.most).max(FIRST_LIMIT.min(self.most))) * batches,
            Unit::Blocks => self.size.min(64) * batches,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: Duration = Duration::from_millis(50);

    #[test]
    fn batches_go_towards_the_target() {
        let mut pace = Pace::new(Unit::Rows, TARGET);
        for _ in 0..40 {
            let rows = pace.limit().min(pace.size());
            pace.note(rows, Duration::from_micros(25 * rows as u64));
        }
        assert!((1_900..=2_100).contains(&pace.limit()), "{pace:?}");
        assert!((1_900..=2_100).contains(&pace.size()), "{pace:?}");
    }

    #[test]
    fn what_is_right_already_is_passed_over_in_long_strides_that_fill_no_more_than_before() {
        let mut pace = Pace::new(Unit::Rows, TARGET);
        for _ in 0..40 {
            pace.note(0, Duration::from_micros(pace.size() as u64 / 10));
        }
        assert_eq!((pace.size(), pace.limit()), (200_000, FIRST_LIMIT));
    }

    #[test]
    fn a_stretch_is_one_batch() {
        let mut pace = Pace::new(Unit::Rows, TARGET);
        for _ in 0..20 {
            assert!(pace.size() < pace.limit(), "{pace:?}");
            pace.note(pace.size(), Duration::from_micros(25 * pace.size() as u64));
        }
        pace.keep_to(Some(100));
        assert_eq!(pace.limit(), 50);
    }

    #[test]
    fn a_row_that_fails_is_found_in_few_steps() {
        for (unit, steps) in [(Unit::Rows, 3), (Unit::Blocks, 1)] {
            let mut pace = Pace::new(unit, TARGET);
            let narrowed = std::iter::repeat_with(|| pace.narrow(pace.size())).take_while(|narrowed| *narrowed).count();
            assert_eq!(narrowed, steps);
        }
    }
}
