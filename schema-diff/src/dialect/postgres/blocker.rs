//! Who holds a step up: the sessions and prepared transactions whose locks conflict with the one that is wanted.

use std::fmt;

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::quote;
use super::session::{query, row, rows};
use crate::statement::{LockMode, TableLock};

/// A transaction that somebody waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocker {
    /// Whose it is.
    pub holder: LockHolder,
    /// Its role.
    pub user: String,
    /// Seconds since it began; of a prepared one, since it was prepared.
    pub age: f64,
    /// The lock that it holds, as the server calls it; empty where it is waited for as a whole.
    pub mode: String,
    /// Its last query.
    pub query: String,
}

/// Whose transaction it is.
#[derive(Clone, Debug, PartialEq)]
pub enum LockHolder {
    /// A session's.
    Session {
        /// Its backend.
        pid: i32,
        /// What it calls itself; for the server's own processes what they are, as in `autovacuum worker`.
        application: String,
        /// `active`, `idle in transaction` and so on.
        state: String,
    },
    /// One that was prepared for a two-phase commit: it has no session, and stays until somebody ends it.
    Prepared {
        /// Its name.
        gid: String,
    },
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { holder, user, age, mode, query } = self;
        let age = span(*age);
        let held =
            if mode.is_empty() { format!("has been open for {age}") } else { format!("holds {mode} since {age}") };
        match holder {
            LockHolder::Session { pid, application, state } => {
                let query: String = query.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
                write!(f, "pid {pid} ({user}, {application}, {state}) {held}: {query}")
            }
            LockHolder::Prepared { gid } => {
                let gid = quote::literal(gid);
                write!(
                    f,
                    "prepared transaction {gid} ({user}) {held}: end it by COMMIT PREPARED or ROLLBACK PREPARED {gid}"
                )
            }
        }
    }
}

/// A span of time as people read it.
pub fn span(seconds: f64) -> String {
    let whole = seconds.max(0.0) as u64;
    match whole {
        0..60 => format!("{seconds:.1} s"),
        60..3_600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3_600, whole / 60 % 60),
    }
}

/// Who holds locks that conflict with these, the oldest transaction first. A strong lock is asked for in two stages, of
/// which the first is SHARE UPDATE EXCLUSIVE.
pub async fn of_locks(connection: &mut PgConnection, wanted: &[TableLock]) -> Result<Vec<Blocker>, sqlx::Error> {
    let conflicts = |lock: &TableLock, held: LockMode| {
        lock.mode.conflicts_with(held) || (lock.mode.is_strong() && LockMode::ShareUpdateExclusive.conflicts_with(held))
    };
    holders(connection, wanted, conflicts).await
}

/// Who may have locked rows of these tables, the oldest transaction first: whose row it is, the server tells only to who
/// waits for it. Mere readers lock none.
pub async fn of_rows(connection: &mut PgConnection, tables: &[TableLock]) -> Result<Vec<Blocker>, sqlx::Error> {
    holders(connection, tables, |_, held| held >= LockMode::RowShare && held != LockMode::ShareUpdateExclusive).await
}

async fn holders(
    connection: &mut PgConnection,
    locks: &[TableLock],
    counts: impl Fn(&TableLock, LockMode) -> bool,
) -> Result<Vec<Blocker>, sqlx::Error> {
    let (mut tables, mut modes) = (Vec::new(), Vec::new());
    for lock in locks {
        for held in LockMode::ALL.into_iter().filter(|held| counts(lock, *held)) {
            tables.push(quote::qualified(&lock.table));
            modes.push(server_name(held));
        }
    }
    let rows = rows(connection, query(include_str!("blocker/of_locks.sql")).bind(tables).bind(modes)).await?;
    blockers(&rows)
}

/// Who a backend waits for at this moment, the oldest transaction first.
pub async fn of_backend(connection: &mut PgConnection, pid: i32) -> Result<Vec<Blocker>, sqlx::Error> {
    let rows = rows(connection, query(include_str!("blocker/of_backend.sql")).bind(pid)).await?;
    blockers(&rows)
}

/// Transactions that a concurrent build or drop on the table would have to wait for: those that are open for long
/// already (younger ones end by themselves), and prepared ones that have the table locked. A replication slot is none
/// of them by itself: the session that made one and still holds its snapshot open is.
pub async fn of_build(connection: &mut PgConnection, wanted: &[TableLock]) -> Result<Vec<Blocker>, sqlx::Error> {
    let tables: Vec<String> = wanted.iter().map(|lock| quote::qualified(&lock.table)).collect();
    let rows = rows(connection, query(include_str!("blocker/of_build.sql")).bind(tables)).await?;
    blockers(&rows)
}

/// How far the concurrent build of a backend is, in words; `None` where it builds nothing.
pub async fn build_phase(connection: &mut PgConnection, pid: i32) -> Result<Option<String>, sqlx::Error> {
    let row = row(connection, query(include_str!("blocker/build_phase.sql")).bind(pid)).await?;
    row.map(|row| row.try_get("words")).transpose()
}

fn blockers(rows: &[PgRow]) -> Result<Vec<Blocker>, sqlx::Error> {
    let mut blockers = rows.iter().map(blocker).collect::<Result<Vec<_>, sqlx::Error>>()?;
    blockers.sort_by(|a, b| b.age.total_cmp(&a.age));
    Ok(blockers)
}

fn blocker(row: &PgRow) -> Result<Blocker, sqlx::Error> {
    let holder = match row.try_get::<Option<String>, _>("gid")? {
        Some(gid) => LockHolder::Prepared { gid },
        None => LockHolder::Session {
            pid: row.try_get("pid")?,
            application: row.try_get("application")?,
            state: row.try_get("state")?,
        },
    };
    Ok(Blocker {
        holder,
        user: row.try_get("usename")?,
        age: row.try_get("age")?,
        mode: row.try_get("mode")?,
        query: row.try_get("query")?,
    })
}

/// The mode as `pg_locks` writes it: `AccessExclusiveLock`.
fn server_name(mode: LockMode) -> String {
    let words = mode.as_str().split(' ').map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect::<String>() + "Lock"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_have_the_servers_names() {
        assert_eq!(server_name(LockMode::ShareUpdateExclusive), "ShareUpdateExclusiveLock");
        assert_eq!(server_name(LockMode::Share), "ShareLock");
    }

    #[test]
    fn spans_are_read_by_people() {
        assert_eq!(span(3.24), "3.2 s");
        assert_eq!(span(125.9), "2 min 5 s");
        assert_eq!(span(90_000.0), "25 h 0 min");
    }
}
