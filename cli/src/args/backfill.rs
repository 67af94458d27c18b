//! How a backfill is to go.

use std::time::Duration;

use clap::Args;
use schema_diff::apply::{BackfillOptions, Limits};

/// How a backfill is to go, and when it rests.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Backfill")]
pub(crate) struct BackfillArgs {
    /// What one batch should take, in milliseconds: so long a writer may wait for a row that is being filled
    #[arg(long, value_name = "MS", default_value_t = 50, value_parser = clap::value_parser!(u64).range(5..=5000))]
    batch_time: u64,
    /// A rest after each batch, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    batch_pause: u64,
    /// Rows per second at most; `cargo schema resume --rate` changes it meanwhile
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u64).range(1..))]
    rate: Option<u64>,
    /// Connections that fill at the same time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    workers: u16,
    /// VACUUM after so many percent of the table's rows, which keeps it small; 0 is never
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=100))]
    vacuum_after: u8,
    /// How many rows may fail before the run stops at once
    #[arg(long, value_name = "ROWS", default_value_t = 100)]
    max_failures: usize,
    /// Rest while a replica is further behind, in seconds; 0 is never
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    max_replica_lag: u64,
    /// Rest while a logical replication slot holds back more WAL, in megabytes
    #[arg(long, value_name = "MB")]
    max_slot_lag: Option<u64>,
    /// Rest while more sessions are active
    #[arg(long, value_name = "N")]
    max_active: Option<u32>,
    /// Rest while more sessions wait for locks
    #[arg(long, value_name = "N")]
    max_lock_waits: Option<u32>,
    /// Rest while the server writes more WAL, in megabytes per second
    #[arg(long, value_name = "MB")]
    max_wal_rate: Option<u64>,
    /// Rest while this query gives true
    #[arg(long, value_name = "SQL")]
    pause_while: Option<String>,
}

const MEGABYTE: u64 = 1_000_000;

impl From<&BackfillArgs> for BackfillOptions {
    fn from(args: &BackfillArgs) -> Self {
        Self {
            target: Duration::from_millis(args.batch_time),
            pause: Duration::from_millis(args.batch_pause),
            rate: args.rate,
            workers: args.workers,
            vacuum_after: args.vacuum_after,
            failures: args.max_failures,
            limits: Limits {
                replica_lag: (args.max_replica_lag > 0).then(|| Duration::from_secs(args.max_replica_lag)),
                slot_lag: args.max_slot_lag.map(|limit| limit * MEGABYTE),
                active_sessions: args.max_active,
                lock_waits: args.max_lock_waits,
                wal_rate: args.max_wal_rate.map(|limit| limit * MEGABYTE),
                pause_while: args.pause_while.clone(),
            },
        }
    }
}
