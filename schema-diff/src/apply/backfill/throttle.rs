//! When a backfill rests: because somebody said so, because of a rate, or because the server has enough to do.

use std::time::{Duration, Instant};

use super::Fill;
use super::course::Course;
use super::options::{BackfillOptions, Limits};
use crate::apply::error::ApplyError;
use crate::apply::runner::Runner;
use crate::dialect::postgres::control::{self, Control};
use crate::dialect::postgres::pressure::{self, Pressure};

/// How often the server is asked.
const LOOK: Duration = Duration::from_millis(500);

/// What is known about resting.
pub(super) struct Throttle {
    limits: Limits,
    rate: Option<u64>,
    pause: Duration,
    looked: Option<Instant>,
    wal: Option<(Instant, f64)>,
    not_before: Instant,
    slow_reason: Option<String>,
}

impl Throttle {
    pub(super) fn new(options: &BackfillOptions) -> Self {
        Self {
            limits: options.limits.clone(),
            rate: options.rate,
            pause: options.pause,
            looked: None,
            wal: None,
            not_before: Instant::now(),
            slow_reason: None,
        }
    }

    /// A batch is paid for by time, where there is a rate.
    pub(super) fn note(&mut self, filled: i64, begun: Instant) {
        let paid = self.rate.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(filled as f64 / rate.max(1) as f64));
        self.not_before = (self.not_before.max(begun) + paid).max(Instant::now() + self.pause);
    }

    pub(super) fn rate(&self) -> Option<u64> {
        self.rate
    }

    fn is_due(&self) -> bool {
        self.looked.is_none_or(|at| at.elapsed() >= LOOK)
    }

    /// Everything that speaks for a rest.
    fn reason(&mut self, control: &Control, pressure: &Pressure) -> Option<String> {
        if control.paused {
            return Some(format!("`cargo schema resume`: paused by {} at {}", control.changed_by, control.changed_at));
        }
        let wal_rate = self.wal_rate(pressure.wal);
        let limits = &self.limits;
        let over = |what: &str, value: Option<f64>, limit: Option<f64>, unit: &str| {
            let (value, limit) = (value?, limit?);
            (value > limit).then(|| format!("{what}: {value:.0}{unit}, the limit is {limit:.0}{unit}"))
        };
        let lag = limits.replica_lag.map(|limit| limit.as_secs_f64());
        let megabytes = |bytes: f64| bytes / 1e6;
        let bytes = |limit: Option<u64>| limit.map(|limit| megabytes(limit as f64));
        over("a replica to catch up", pressure.replica_lag, lag, " s")
            .or_else(|| over("a replication slot", pressure.slot_lag.map(megabytes), bytes(limits.slot_lag), " MB"))
            .or_else(|| {
                over("active sessions", Some(pressure.active as f64), limits.active_sessions.map(f64::from), "")
            })
            .or_else(|| {
                over(
                    "sessions in wait for locks",
                    Some(pressure.lock_waits as f64),
                    limits.lock_waits.map(f64::from),
                    "",
                )
            })
            .or_else(|| over("less WAL", wal_rate.map(megabytes), bytes(limits.wal_rate), " MB/s"))
    }

    fn wal_rate(&mut self, wal: f64) -> Option<f64> {
        let (at, before) = self.wal.replace((Instant::now(), wal))?;
        Some((wal - before) / at.elapsed().as_secs_f64().max(0.001))
    }
}

impl Runner {
    /// Returns when the next batch may begin. Nothing is locked and no transaction is open meanwhile.
    pub(super) async fn throttle(&mut self, fill: Fill<'_>, course: &mut Course) -> Result<(), ApplyError> {
        loop {
            if self.lease.is_lost() {
                return Err(ApplyError::Fenced);
            }
            if course.throttle.is_due() {
                course.throttle.looked = Some(Instant::now());
                course.throttle.slow_reason = self.reason_to_rest(course).await?;
            }
            let left = course.throttle.not_before.saturating_duration_since(Instant::now());
            match course.throttle.slow_reason.clone() {
                Some(reason) => {
                    self.tell_progress(fill, course, Some(&reason)).await?;
                    course.rested();
                    course.expectation.rested += LOOK;
                    tokio::time::sleep(LOOK).await;
                }
                None if left.is_zero() => return Ok(()),
                // In short sleeps, so that another rate is heard of.
                None => tokio::time::sleep(left.min(LOOK)).await,
            }
        }
    }

    /// A role without the right to see other sessions can't keep a limit on them: better said than silently passed over.
    pub(super) async fn say_what_is_not_seen(&mut self, fill: Fill<'_>) -> Result<(), ApplyError> {
        let Limits { replica_lag, active_sessions, lock_waits, .. } = &self.backfill_options.limits;
        let sees = pressure::visibility(&mut self.connection).await?;
        let wanted = (replica_lag.is_some() && sees.replicas) || active_sessions.is_some() || lock_waits.is_some();
        if wanted && !sees.others {
            self.notice(&format!(
                "the backfill of {} doesn't rest for replicas or other sessions, which this role can't see: GRANT pg_read_all_stats TO it",
                fill.backfill.table
            ));
        }
        Ok(())
    }

    async fn reason_to_rest(&mut self, course: &mut Course) -> Result<Option<String>, ApplyError> {
        let control = control::read(&mut self.connection).await?;
        let rate = control.rate.and_then(|rate| u64::try_from(rate).ok()).or(self.backfill_options.rate);
        if rate != course.throttle.rate {
            course.throttle.rate = rate;
            // What was owed at another rate is forgiven.
            course.throttle.not_before = Instant::now();
        }
        course.pace.keep_to(rate);
        let pressure = pressure::look(&mut self.connection).await?;
        if let Some(reason) = course.throttle.reason(&control, &pressure) {
            return Ok(Some(reason));
        }
        let Some(own) = &self.backfill_options.limits.pause_while else { return Ok(None) };
        let says_so = pressure::says_so(&mut self.connection, own).await.map_err(ApplyError::PauseQuery)?;
        Ok(says_so.then(|| format!("`{own}` to be false")))
    }
}
