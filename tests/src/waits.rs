//! How long writers wait for locks of ours, sampled from `pg_blocking_pids`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};
use tokio::task::JoinHandle;

/// How often it is looked.
const INTERVAL: Duration = Duration::from_millis(5);

/// Backends of the application that wait for one of ours, which also means: queue behind one that waits. Who waits for
/// a writer that waits for us isn't counted.
const WAITING: &str = "SELECT a.pid, a.query_start::text, min(b.application_name), min(b.query) FROM pg_stat_activity a
    CROSS JOIN LATERAL unnest(pg_blocking_pids(a.pid)) AS blocking (pid)
    JOIN pg_stat_activity b ON b.pid = blocking.pid AND b.application_name LIKE 'schema-diff%'
    WHERE a.wait_event_type = 'Lock' AND a.application_name LIKE 'writer%' AND a.datname = current_database()
    GROUP BY 1, 2";

/// A sampler at work.
#[derive(Debug)]
pub struct Waits {
    stopped: Arc<AtomicBool>,
    task: JoinHandle<Waited>,
}

/// What was seen.
#[derive(Clone, Debug, Default)]
pub struct Waited {
    /// The longest wait of one statement.
    pub largest: Duration,
    /// All waits together.
    pub total: Duration,
    /// How many statements waited.
    pub statements: usize,
    /// How often it was looked.
    pub samples: usize,
    /// What the longest wait was for.
    pub blocker: String,
}

impl Waits {
    /// Begins to look, on a connection of its own.
    pub async fn watch(url: &str) -> Self {
        let connection = PgConnection::connect(url).await.expect("a connection");
        let stopped = Arc::new(AtomicBool::new(false));
        Self { task: tokio::spawn(sample(connection, Arc::clone(&stopped))), stopped }
    }

    /// Ends it.
    pub async fn stop(self) -> Waited {
        self.stopped.store(true, Ordering::Relaxed);
        self.task.await.expect("no panic")
    }
}

/// A wait lasts from the sample that first shows it to the one that no longer does, and at most as much longer as
/// samples are apart.
async fn sample(mut connection: PgConnection, stopped: Arc<AtomicBool>) -> Waited {
    let mut open: BTreeMap<(i32, String), (Instant, String)> = BTreeMap::new();
    let mut waited = Waited::default();
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let last = stopped.load(Ordering::Relaxed);
        let begun = Instant::now();
        let seen: Vec<(i32, String, String, String)> =
            sqlx::query_as(WAITING).fetch_all(&mut connection).await.expect("pg_stat_activity can be read");
        waited.samples += 1;
        let mut still = BTreeMap::new();
        for (pid, start, name, query) in seen {
            let key = (pid, start);
            let entry = open.remove(&key).unwrap_or_else(|| (begun, format!("{name}: {query}")));
            still.insert(key, entry);
        }
        for (since, blocker) in std::mem::replace(&mut open, still).into_values() {
            waited.add(since.elapsed(), blocker);
        }
        if last {
            return waited;
        }
    }
}

impl Waited {
    fn add(&mut self, time: Duration, blocker: String) {
        self.statements += 1;
        self.total += time;
        if time > self.largest {
            self.largest = time;
            self.blocker = blocker.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
}

impl fmt::Display for Waited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "waits for us: largest {:.0} ms, total {:.0} ms in {} statements ({} samples)",
            self.largest.as_secs_f64() * 1e3,
            self.total.as_secs_f64() * 1e3,
            self.statements,
            self.samples
        )?;
        if self.blocker.is_empty() { Ok(()) } else { write!(f, "; the largest for {:.100}", self.blocker) }
    }
}
