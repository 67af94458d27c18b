//! How a backfill is to go, as its user says.

use std::time::Duration;

/// How a backfill goes.
#[derive(Clone, Debug, PartialEq)]
pub struct BackfillOptions {
    /// What one batch should take, and so how long a writer may wait for a row that is being filled.
    pub target: Duration,
    /// A rest after each batch.
    pub pause: Duration,
    /// Rows per second at most. `cargo schema resume --rate` changes it while the backfill goes on.
    pub rate: Option<u64>,
    /// How many connections fill at the same time.
    pub workers: u16,
    /// VACUUM after so many rows, in percent of the table; 0 is never. It keeps the table from growing to twice its
    /// size.
    pub vacuum_after: u8,
    /// How many rows may fail before the run stops at once.
    pub failures: usize,
    /// What makes the backfill rest.
    pub limits: Limits,
}

impl Default for BackfillOptions {
    fn default() -> Self {
        Self {
            target: Duration::from_millis(50),
            pause: Duration::ZERO,
            rate: None,
            workers: 1,
            vacuum_after: 10,
            failures: 100,
            limits: Limits::default(),
        }
    }
}

/// What makes a backfill rest until it is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// A replica is further behind than this, by `replay_lag` of `pg_stat_replication`, which logical subscribers have
    /// too.
    pub replica_lag: Option<Duration>,
    /// A logical replication slot holds back more bytes of WAL than this.
    pub slot_lag: Option<u64>,
    /// More sessions than this are active.
    pub active_sessions: Option<u32>,
    /// More sessions than this wait for locks.
    pub lock_waits: Option<u32>,
    /// The server writes more bytes of WAL per second than this.
    pub wal_rate: Option<u64>,
    /// This query gives true.
    pub pause_while: Option<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            replica_lag: Some(Duration::from_secs(10)),
            slot_lag: None,
            active_sessions: None,
            lock_waits: None,
            wal_rate: None,
            pause_while: None,
        }
    }
}
