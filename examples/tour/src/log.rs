//! What the writers wrote, row by row.

use std::collections::BTreeMap;

use sqlx::{PgPool, Row};
use tokio::sync::{Mutex, MutexGuard};

/// Rows of neighbouring keys share a lock: many enough that writers seldom wait for one another.
const SHARDS: usize = 256;

/// The value that each row has. A writer holds the row's lock while it writes, so the log's order is the database's.
#[derive(Debug)]
pub(crate) struct Log {
    shards: Vec<Mutex<BTreeMap<i64, String>>>,
}

impl Log {
    /// A log of the rows that [`crate::shop::fill`] made.
    pub(crate) fn filled(customers: i64) -> Self {
        let mut shards: Vec<BTreeMap<i64, String>> = vec![BTreeMap::new(); SHARDS];
        for customer in 1..=customers {
            shards[shard(customer)].insert(customer, format!("Reader {customer}"));
        }
        Self { shards: shards.into_iter().map(Mutex::new).collect() }
    }

    /// The rows around a key, for the time of a write.
    pub(crate) async fn around(&self, customer: i64) -> MutexGuard<'_, BTreeMap<i64, String>> {
        self.shards[shard(customer)].lock().await
    }

    /// How many rows there must be.
    pub(crate) async fn rows(&self) -> usize {
        let mut rows = 0;
        for shard in &self.shards {
            rows += shard.lock().await.len();
        }
        rows
    }

    /// Rows that are missing, that nobody wrote, or that have another value than the last one that was written.
    pub(crate) async fn compare(&self, pool: &PgPool) -> sqlx::Result<usize> {
        let rows = sqlx::query("SELECT id, display_name FROM customers").fetch_all(pool).await?;
        let mut present: BTreeMap<i64, String> = BTreeMap::new();
        for row in &rows {
            present.insert(row.try_get("id")?, row.try_get("display_name")?);
        }
        let mut lost = 0;
        for shard in &self.shards {
            for (customer, expected) in shard.lock().await.iter() {
                let found = present.remove(customer);
                if found.as_ref() != Some(expected) {
                    eprintln!("customer {customer}: {found:?} instead of {expected:?}");
                    lost += 1;
                }
            }
        }
        Ok(lost + present.len())
    }
}

fn shard(customer: i64) -> usize {
    customer.unsigned_abs() as usize % SHARDS
}
