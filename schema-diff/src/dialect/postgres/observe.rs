//! What a step really does, as the server shows it: the locks that it holds, the tables that it reads or writes anew, the
//! indexes that it builds. Only tables that stood before the step count: nobody waits for one that is new. It looks on a
//! scratch server, often, so that its queries stay prepared.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::{Identifier, QualifiedName};
use sqlx::{PgConnection, Row};

use super::session::{Plans, Reader, query, rows};
use crate::statement::{LockMode, Work};

/// The tables as they stood before a step, by their object identifiers.
#[derive(Clone, Debug, Default)]
pub struct Tables(BTreeMap<i64, Traces>);

/// What tells of work that was done to a table.
#[derive(Clone, Debug)]
struct Traces {
    name: QualifiedName,
    is_view: bool,
    file: i64,
    index_files: BTreeSet<i64>,
    rows_read: i64,
}

/// What was done to the tables that stood before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The strongest lock on each, those of readers and writers included.
    pub locks: BTreeMap<QualifiedName, LockMode>,
    /// Those of them that are views.
    pub views: BTreeSet<QualifiedName>,
    /// The dearest work on each that had any.
    pub work: BTreeMap<QualifiedName, Work>,
}

impl Tables {
    /// The views among them.
    pub fn views(&self) -> BTreeSet<QualifiedName> {
        self.0.values().filter(|traces| traces.is_view).map(|traces| traces.name.clone()).collect()
    }

    /// Those tables that stood at an earlier time as well. A view that stands for one of them has come since.
    pub fn that_stood(mut self, earlier: &Self) -> Self {
        self.0.retain(|oid, traces| traces.is_view || earlier.0.contains_key(oid));
        self
    }
}

/// The tables as they stand.
pub async fn tables(connection: &mut PgConnection) -> Result<Tables, sqlx::Error> {
    let mut tables = BTreeMap::new();
    for row in Reader::new(connection, Plans::Kept).all(include_str!("observe.sql")).await? {
        let name = |column| -> Result<Identifier, sqlx::Error> {
            Identifier::new(row.try_get::<String, _>(column)?).map_err(|error| sqlx::Error::Decode(error.into()))
        };
        let traces = Traces {
            name: QualifiedName::new(name("namespace")?, name("name")?),
            is_view: row.try_get("is_view")?,
            file: row.try_get("file")?,
            index_files: row.try_get::<Vec<i64>, _>("index_files")?.into_iter().collect(),
            rows_read: row.try_get("rows_read")?,
        };
        tables.insert(row.try_get("oid")?, traces);
    }
    Ok(Tables(tables))
}

/// What the open transaction has done since `before` was read in it: its locks are still held, and what it has read is
/// not reported yet.
pub async fn in_transaction(connection: &mut PgConnection, before: &Tables) -> Result<Observed, sqlx::Error> {
    let pid = super::session::backend(connection).await?;
    let locks = locks_of(connection, pid, before).await?;
    let work = work_since(connection, before).await?;
    Ok(Observed { locks, views: before.views(), work })
}

/// The work that shows in files, and in rows read by this session.
pub async fn work_since(
    connection: &mut PgConnection,
    before: &Tables,
) -> Result<BTreeMap<QualifiedName, Work>, sqlx::Error> {
    let Tables(after) = tables(connection).await?;
    let mut work = BTreeMap::new();
    for (oid, was) in &before.0 {
        let Some(is) = after.get(oid) else { continue };
        let done = if is.file != was.file {
            Work::Rewrite
        } else if !is.index_files.is_subset(&was.index_files) {
            Work::IndexBuild
        } else if is.rows_read > was.rows_read {
            Work::Scan
        } else {
            continue;
        };
        work.insert(was.name.clone(), done);
    }
    Ok(work)
}

/// The strongest lock that a backend holds or waits for on each table.
pub async fn locks_of(
    connection: &mut PgConnection,
    pid: i32,
    before: &Tables,
) -> Result<BTreeMap<QualifiedName, LockMode>, sqlx::Error> {
    let held = query(
        "SELECT relation::int8 AS oid, mode FROM pg_catalog.pg_locks
         WHERE pid = $1 AND locktype = 'relation'
           AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())",
    );
    let mut locks: BTreeMap<QualifiedName, LockMode> = BTreeMap::new();
    for row in rows(connection, held.persistent(true).bind(pid)).await? {
        let (oid, mode): (i64, String) = (row.try_get("oid")?, row.try_get("mode")?);
        let (Some(table), Some(mode)) = (before.0.get(&oid), LockMode::parse(&words(&mode))) else { continue };
        let strongest = locks.entry(table.name.clone()).or_insert(mode);
        *strongest = mode.max(*strongest);
    }
    Ok(locks)
}

/// Whether a backend waits for somebody: then the locks that it holds are those that others would meet.
pub async fn waits(connection: &mut PgConnection, pid: i32) -> Result<bool, sqlx::Error> {
    let waiting = query("SELECT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE pid = $1 AND NOT granted)");
    rows(connection, waiting.persistent(true).bind(pid)).await?.first().map_or(Ok(false), |row| row.try_get(0))
}

/// `AccessExclusiveLock` as `access exclusive`.
fn words(mode: &str) -> String {
    let mut words = String::new();
    for c in mode.trim_end_matches("Lock").chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::statement::LockMode;

    #[test]
    fn modes_have_the_manuals_words() {
        assert_eq!(LockMode::parse(&words("ShareUpdateExclusiveLock")), Some(LockMode::ShareUpdateExclusive));
        assert_eq!(LockMode::parse(&words("AccessShareLock")), Some(LockMode::AccessShare));
    }
}
