//! Table locks, taken in two stages.

use std::time::{Duration, Instant};

use schema_model::QualifiedName;
use sqlx::{PgConnection, Row};

use super::blocker::{self, Blocker};
use super::quote;
use super::session::{execute, local_timeouts, one_row, query};
use crate::statement::{LockMode, TableLock};

/// The time in which an autovacuum gives way: it does after `deadlock_timeout`, a second by default.
const FIRST_STAGE: &str = "3s";

/// Takes the strong locks of a step. First one that excludes vacuum and DDL, under which readers and writers go on;
/// then, in the same transaction, the strong ones, all of them within one short time-out, so that nobody queues behind us
/// for long: the server would grant that time to each table and to each partition. Both time-outs of the transaction are
/// set, and hold for what comes then.
///
/// # Errors
///
/// The server's; `query_canceled` too says that they were not to be had in time.
pub async fn take(
    connection: &mut PgConnection,
    locks: &[TableLock],
    (lock_timeout, statement_timeout): (&str, &str),
) -> Result<(), sqlx::Error> {
    execute(connection, &local_timeouts(lock_timeout, statement_timeout)).await?;
    let claimed: Vec<&TableLock> = locks.iter().filter(|lock| lock.mode.is_strong() && !lock.of_view).collect();
    let mut strong = Vec::new();
    for lock in &claimed {
        // Of several, one may be a partition that is gone since the plan was made.
        if claimed.len() == 1 || exists(connection, &lock.table).await? {
            strong.push(*lock);
        }
    }
    if strong.is_empty() {
        return Ok(());
    }
    set_lock_timeout(connection, FIRST_STAGE).await?;
    for lock in &strong {
        lock_table(connection, &lock.table, LockMode::ShareUpdateExclusive).await?;
    }
    set_lock_timeout(connection, lock_timeout).await?;
    let budget = lock_timeout_in_force(connection).await?;
    let begun = Instant::now();
    for lock in &strong {
        if let Some(budget) = budget {
            let left = budget.saturating_sub(begun.elapsed()).as_millis().max(1);
            execute(connection, &format!("SET LOCAL statement_timeout = {left}")).await?;
        }
        lock_table(connection, &lock.table, lock.mode).await?;
    }
    execute(connection, &local_timeouts(lock_timeout, statement_timeout)).await
}

/// None where there is none.
async fn lock_timeout_in_force(connection: &mut PgConnection) -> Result<Option<Duration>, sqlx::Error> {
    let setting = query("SELECT setting::int8 AS milliseconds FROM pg_catalog.pg_settings WHERE name = 'lock_timeout'");
    let milliseconds: i64 = one_row(connection, setting).await?.try_get("milliseconds")?;
    Ok(u64::try_from(milliseconds).ok().filter(|time| *time > 0).map(Duration::from_millis))
}

async fn exists(connection: &mut PgConnection, table: &QualifiedName) -> Result<bool, sqlx::Error> {
    let query = query("SELECT pg_catalog.to_regclass($1) IS NOT NULL").bind(quote::qualified(table));
    one_row(connection, query).await?.try_get(0)
}

async fn set_lock_timeout(connection: &mut PgConnection, lock_timeout: &str) -> Result<(), sqlx::Error> {
    execute(connection, &format!("SET LOCAL lock_timeout = {}", quote::literal(lock_timeout))).await
}

/// The lock that every writer of a table takes.
pub fn as_a_writer(table: &QualifiedName) -> String {
    format!("LOCK TABLE {} IN ROW EXCLUSIVE MODE", quote::qualified(table))
}

async fn lock_table(connection: &mut PgConnection, table: &QualifiedName, mode: LockMode) -> Result<(), sqlx::Error> {
    let mode = mode.as_str().to_uppercase();
    execute(connection, &format!("LOCK TABLE {} IN {mode} MODE", quote::qualified(table))).await
}

/// Who may have locked rows of the tables, the oldest transaction first.
pub async fn blockers(connection: &mut PgConnection, tables: &[TableLock]) -> Result<Vec<Blocker>, sqlx::Error> {
    blocker::of_rows(connection, tables).await
}
