//! None of our transactions is left open while the run does something else.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::{Connection, PgConnection};
use tokio::task::JoinHandle;

/// Between two statements of one transaction a run is idle for as long as it takes to send the next one, on a machine
/// that does much else. So many looks in a row, 20 ms apart, are not that any more.
const LOOKS: u32 = 100;

/// A sampler at work.
pub(crate) struct Idle {
    stopped: Arc<AtomicBool>,
    task: JoinHandle<u32>,
}

impl Idle {
    pub(crate) async fn watch(url: &str) -> Self {
        let connection = PgConnection::connect(url).await.expect("a connection");
        let stopped = Arc::new(AtomicBool::new(false));
        Self { task: tokio::spawn(sample(connection, Arc::clone(&stopped))), stopped }
    }

    /// Ends it.
    pub(crate) async fn stop(self) {
        self.stopped.store(true, Ordering::Relaxed);
        let longest = self.task.await.expect("no transaction was left open");
        println!("idle in a transaction for {longest} looks in a row at most");
    }
}

async fn sample(mut connection: PgConnection, stopped: Arc<AtomicBool>) -> u32 {
    let query = "SELECT pid, state_change::text, application_name, query FROM pg_stat_activity
        WHERE application_name LIKE 'schema-diff%' AND state LIKE 'idle in transaction%' AND datname = current_database()";
    let mut seen: BTreeMap<(i32, String), u32> = BTreeMap::new();
    let mut longest = 0;
    while !stopped.load(Ordering::Relaxed) {
        let rows: Vec<(i32, String, String, String)> =
            sqlx::query_as(query).fetch_all(&mut connection).await.expect("pg_stat_activity can be read");
        let mut still = BTreeMap::new();
        for (pid, since, name, last) in rows {
            let looks = seen.remove(&(pid, since.clone())).unwrap_or(0) + 1;
            assert!(looks < LOOKS, "{name} is idle in a transaction since {since}, after: {last}");
            longest = longest.max(looks);
            still.insert((pid, since), looks);
        }
        seen = still;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    longest
}
