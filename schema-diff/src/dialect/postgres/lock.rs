//! Table locks: taken in two stages, and the sessions that hold them when they can't be had.

use std::fmt;

use schema_model::QualifiedName;
use sqlx::{PgConnection, Row};

use super::quote;
use super::session::{execute, query};
use crate::statement::{LockMode, TableLock};

/// A session that holds a lock somebody waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocker {
    /// Its backend.
    pub pid: i32,
    /// Its role.
    pub user: String,
    /// What it calls itself.
    pub application: String,
    /// `active`, `idle in transaction` and so on.
    pub state: String,
    /// Seconds since its transaction began.
    pub age: f64,
    /// The lock that it holds.
    pub mode: String,
    /// Its last query.
    pub query: String,
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: String = self.query.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
        let Self { pid, user, application, state, mode, age, .. } = self;
        write!(f, "pid {pid} ({user}, {application}, {state}) holds {mode} since {age:.1}s: {query}")
    }
}

/// The time in which an autovacuum gives way: it does after `deadlock_timeout`, a second by default.
const FIRST_STAGE: &str = "3s";

/// Takes the strong locks of a step. First one that excludes vacuum and DDL, under which readers and writers go on;
/// then, in the same transaction, the strong one under a short time-out, so that nobody queues behind us for long.
pub async fn take(connection: &mut PgConnection, locks: &[TableLock], lock_timeout: &str) -> Result<(), sqlx::Error> {
    let strong: Vec<&TableLock> = locks.iter().filter(|lock| lock.mode.is_strong()).collect();
    if strong.is_empty() {
        return set_lock_timeout(connection, lock_timeout).await;
    }
    set_lock_timeout(connection, FIRST_STAGE).await?;
    for lock in &strong {
        lock_table(connection, &lock.table, LockMode::ShareUpdateExclusive).await?;
    }
    set_lock_timeout(connection, lock_timeout).await?;
    for lock in &strong {
        lock_table(connection, &lock.table, lock.mode).await?;
    }
    Ok(())
}

async fn set_lock_timeout(connection: &mut PgConnection, lock_timeout: &str) -> Result<(), sqlx::Error> {
    execute(connection, &format!("SET LOCAL lock_timeout = {}", quote::literal(lock_timeout))).await
}

async fn lock_table(connection: &mut PgConnection, table: &QualifiedName, mode: LockMode) -> Result<(), sqlx::Error> {
    let mode = mode.as_str().to_uppercase();
    execute(connection, &format!("LOCK TABLE {} IN {mode} MODE", quote::qualified(table))).await
}

/// Who holds locks on the tables, the oldest transaction first.
pub async fn blockers(connection: &mut PgConnection, tables: &[TableLock]) -> Result<Vec<Blocker>, sqlx::Error> {
    let names: Vec<String> = tables.iter().map(|lock| quote::qualified(&lock.table)).collect();
    let rows = query(
        "SELECT DISTINCT ON (a.pid) a.pid, coalesce(a.usename, '')::text AS usename, a.application_name, coalesce(a.state, '') AS state,
                coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::float8 AS age, l.mode, coalesce(a.query, '') AS query
         FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
           AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
           AND l.relation IN (SELECT to_regclass(name)::oid FROM unnest($1::text[]) AS name)
         ORDER BY a.pid, l.mode",
    )
    .bind(names)
    .fetch_all(connection)
    .await?;
    let mut blockers = rows
        .iter()
        .map(|row| {
            Ok(Blocker {
                pid: row.try_get("pid")?,
                user: row.try_get("usename")?,
                application: row.try_get("application_name")?,
                state: row.try_get("state")?,
                age: row.try_get("age")?,
                mode: row.try_get("mode")?,
                query: row.try_get("query")?,
            })
        })
        .collect::<Result<Vec<_>, sqlx::Error>>()?;
    blockers.sort_by(|a, b| b.age.total_cmp(&a.age));
    Ok(blockers)
}
