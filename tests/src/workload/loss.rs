//! A server that goes away: whether a writer may have lost its connection, and whether its last deed was committed.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use super::log::{Log, Row};
use super::release::Release;

/// How long a server may stay away.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often the server was stopped, and how often a client has lost its connection for that: never more often.
#[derive(Clone, Debug, Default)]
pub(crate) struct Losses {
    stops: Arc<AtomicU64>,
    lost: u64,
}

impl Losses {
    /// The server is about to be stopped.
    pub(super) fn announce(&self) {
        self.stops.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether an error is the loss of the connection alone, by a stop of the server.
    pub(super) fn explain(&mut self, error: &sqlx::Error) -> bool {
        let explained = is_loss(error) && self.lost < self.stops.load(Ordering::SeqCst);
        self.lost += u64::from(explained);
        explained
    }

    /// As soon as the server takes connections again.
    pub(super) async fn connect_again(&self, options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match PgConnection::connect_with(options).await {
                Err(error) if (is_loss(&error) || is_down(&error)) && Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                other => return other,
            }
        }
    }
}

/// The connection broke, or the server says that it ends it: `admin_shutdown`, `crash_shutdown`.
fn is_loss(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => matches!(error.code().as_deref(), Some("57P01" | "57P02")),
        _ => false,
    }
}

/// Nobody listens, or the server is starting: `cannot_connect_now`.
fn is_down(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused),
        sqlx::Error::Database(error) => error.code().as_deref() == Some("57P03"),
        _ => false,
    }
}

/// What a deed would leave: the log before it, and the rows after it.
#[derive(Clone, Debug, Default)]
pub(super) struct Intent {
    before: Log,
    after: Log,
    new: Option<Row>,
}

impl Intent {
    pub(super) fn before(log: &Log) -> Self {
        Self { before: log.clone(), after: Log::new(), new: None }
    }

    pub(super) fn write(&mut self, id: i64, row: Row) {
        self.after.insert(id, Some(row));
    }

    pub(super) fn delete(&mut self, id: i64) {
        self.after.insert(id, None);
    }

    /// A new row, which is found by its values: nobody else writes them.
    pub(super) fn insert(&mut self, row: Row) {
        self.new = Some(row);
    }

    /// The log, by what is found in the table.
    ///
    /// # Panics
    /// If the table holds neither what was there before nor what was to come, or a part of it.
    pub(super) fn resolve(self, release: &Release, found: &[(i64, Row)], initial: impl Fn(i64) -> Row) -> Log {
        let rows: BTreeMap<i64, &Row> = found.iter().map(|(id, row)| (*id, row)).collect();
        let mut log = self.before.clone();
        if let Some(row) = self.new {
            let inserted = known(&row, release);
            if let Some((id, _)) = found.iter().find(|(_, found)| *found == inserted) {
                log.insert(*id, Some(row));
            }
            return log;
        }
        let is =
            |wanted: Option<&Row>, id: i64| wanted.map(|row| known(row, release)).as_ref() == rows.get(&id).copied();
        let all_after = self.after.iter().all(|(id, row)| is(row.as_ref(), *id));
        if all_after {
            log.extend(self.after);
            return log;
        }
        for id in self.after.keys() {
            let before = self.before.get(id).cloned().unwrap_or_else(|| Some(initial(*id)));
            assert!(
                is(before.as_ref(), *id),
                "row {id} is neither as before nor as after: before {before:?}, after {:?}, found {:?}",
                self.after[id],
                rows.get(id)
            );
        }
        log
    }
}

/// A row as far as a release knows it.
fn known(row: &Row, release: &Release) -> Row {
    let values = row.values.iter().filter(|(name, _)| release.field(name).is_some());
    Row { revision: row.revision, values: values.map(|(name, value)| (*name, value.clone())).collect() }
}
