//! What callers have been told, customer by customer.

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::{PgPool, Row};
use tokio::sync::{Mutex, MutexGuard};

/// Customers of neighbouring keys share a lock: many enough that callers seldom wait for one another.
const SHARDS: usize = 256;

/// What a customer is known to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) credit: i64,
    /// Where nobody has said it, v41 shows nothing and v42 `unknown`.
    pub(crate) country: Option<String>,
}

impl Known {
    /// Whether a row or an answer says the same.
    pub(crate) fn is_shown(&self, name: &str, credit: i64, country: Option<&str>) -> bool {
        let country = country.filter(|country| *country != "unknown");
        self.name == name && self.credit == credit && self.country.as_deref() == country
    }
}

/// All customers. A caller holds a customer's lock until the answer is there, so the log's order is the database's.
#[derive(Debug)]
pub(crate) struct Log {
    shards: Vec<Mutex<BTreeMap<i64, Known>>>,
}

impl Log {
    /// A log of the customers that the shop is opened with.
    pub(crate) fn filled(customers: i64) -> Self {
        let mut shards: Vec<BTreeMap<i64, Known>> = vec![BTreeMap::new(); SHARDS];
        for id in 1..=customers {
            let country = (id % 2 == 0).then(|| "NO".to_owned());
            shards[shard(id)].insert(id, Known { name: format!("Reader {id}"), credit: id, country });
        }
        Self { shards: shards.into_iter().map(Mutex::new).collect() }
    }

    /// The customers around a key, for the time of a request.
    pub(crate) async fn around(&self, id: i64) -> MutexGuard<'_, BTreeMap<i64, Known>> {
        self.shards[shard(id)].lock().await
    }

    /// How many customers there must be.
    pub(crate) async fn rows(&self) -> usize {
        let mut rows = 0;
        for shard in &self.shards {
            rows += shard.lock().await.len();
        }
        rows
    }

    /// Customers who are missing, of whom nobody was told, or who have another value than the last that was told.
    pub(crate) async fn compare(self: Arc<Self>, pool: &PgPool) -> sqlx::Result<usize> {
        let found =
            sqlx::query("SELECT id, display_name, credit_cents, country FROM customers").fetch_all(pool).await?;
        let mut wrong = self.rows().await.abs_diff(found.len());
        for row in &found {
            let id: i64 = row.try_get("id")?;
            let (name, country): (String, String) = (row.try_get("display_name")?, row.try_get("country")?);
            let credit = row.try_get("credit_cents")?;
            let known = self.around(id).await.get(&id).cloned();
            if !known.as_ref().is_some_and(|known| known.is_shown(&name, credit, Some(&country))) {
                eprintln!("customer {id}: {name}, {credit}, {country} instead of {known:?}");
                wrong += 1;
            }
        }
        Ok(wrong)
    }
}

fn shard(id: i64) -> usize {
    id.unsigned_abs() as usize % SHARDS
}
