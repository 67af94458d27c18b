//! The lease as a runner holds it: taken, kept alive by a heartbeat on a connection of its own, given back.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sqlx::PgConnection;
use tokio::task::JoinHandle;

use super::error::ApplyError;
use super::heartbeat::Heartbeat;
use super::progress::{Event, Listener};
use crate::dialect::postgres::lease::{self, Claim, LeaseRow};

/// After this many seconds without a heartbeat a runner is looked at for a while: it is dead if none comes.
const SILENT_AFTER: f64 = 15.0;
/// So long: two beats. What the clock says doesn't count, since clocks jump.
const WATCH: Duration = Duration::from_secs(6);
/// A runner that was killed looks alive until its backend has noticed, which takes some milliseconds on a busy server.
const LAST_LOOK: Duration = Duration::from_millis(500);
/// How long the old runner's backends are awaited.
const END_ATTEMPTS: u32 = 100;

/// Who holds the lease.
#[derive(Clone, Debug)]
pub struct Holder {
    /// What it is doing.
    pub command: String,
    /// The database role.
    pub role: String,
    /// The machine.
    pub host: String,
    /// The process on that machine.
    pub pid: i32,
    /// Since when.
    pub since: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command, role, host, pid, since } = self;
        write!(f, "`{command}` by {role} on {host}, process {pid}, since {since}")
    }
}

impl From<LeaseRow> for Holder {
    fn from(row: LeaseRow) -> Self {
        Self { command: row.command, role: row.holder, host: row.host, pid: row.pid, since: row.since }
    }
}

/// A lease that we hold.
pub(crate) struct Lease {
    token: String,
    lost: Arc<AtomicBool>,
    beating: JoinHandle<()>,
}

impl Lease {
    /// The token, by which steps fence themselves.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Whether somebody else took it over.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Takes the lease: free, or from a runner that is dead; a living one is waited for as long as is said.
    pub(crate) async fn take(
        connection: &mut PgConnection,
        mut heartbeat: Heartbeat,
        claim: &Claim<'_>,
        wait: Duration,
        listener: &Listener,
    ) -> Result<Self, ApplyError> {
        let begun = Instant::now();
        while !lease::take(connection, claim).await? {
            let Some(row) = lease::holder(connection).await? else { continue };
            let dead = match Life::of(&row) {
                Life::Gone => true,
                Life::Silent => stays_silent(connection, &row, listener).await?,
                Life::Alive => false,
            };
            if !dead {
                let waited = begun.elapsed();
                if waited > LAST_LOOK.max(wait) {
                    return Err(ApplyError::Lease(row.into()));
                }
                if waited > LAST_LOOK {
                    listener.tell(&Event::Waiting(&format!("another runner: {}", Holder::from(row))));
                }
                tokio::time::sleep(if waited > LAST_LOOK { LAST_LOOK } else { LAST_LOOK / 10 }).await;
                continue;
            }
            if take_over(connection, &row, claim, listener).await? {
                break;
            }
        }
        heartbeat.beat().await?;
        let lost = Arc::new(AtomicBool::new(false));
        let beating = tokio::spawn(heartbeat.go_on(Arc::clone(&lost)));
        Ok(Self { token: claim.token.to_owned(), lost, beating })
    }

    /// Gives the lease back.
    pub(crate) async fn release(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        // The heartbeat ends after that: a lease without one would be taken over, and we ended, in our last moment.
        let released = lease::release(connection, &self.token).await;
        self.beating.abort();
        released
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // The connection goes with the task, and the next runner sees at once that nobody is there.
        self.beating.abort();
    }
}

/// The part of a token that stands in application names, which have room for 63 bytes.
pub(crate) fn short(token: &str) -> &str {
    &token[..16]
}

/// A token that nobody else has.
pub(crate) fn new_token() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// The machine's name, as others know it.
pub(super) fn host_name() -> String {
    hostname::get().map_or_else(|_| "unknown".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Whether a runner lives, as far as its lease shows.
enum Life {
    /// Its heartbeat goes on.
    Alive,
    /// It has no connection any more.
    Gone,
    /// Its last heartbeat is long ago, or in the future: it was stopped, or is dead behind a pooler, which hides names, or
    /// the clock has jumped.
    Silent,
}

impl Life {
    /// A fresh holder, which has not beaten yet, has its first connection.
    fn of(row: &LeaseRow) -> Self {
        if row.visible && !row.connected {
            Self::Gone
        } else if row.heartbeat_age.abs() > SILENT_AFTER {
            Self::Silent
        } else {
            Self::Alive
        }
    }
}

/// Whether a holder shows life.
pub(super) fn is_heard_of(row: &LeaseRow) -> bool {
    matches!(Life::of(row), Life::Alive)
}

/// Watches a silent runner: one that lives beats meanwhile.
async fn stays_silent(connection: &mut PgConnection, row: &LeaseRow, listener: &Listener) -> Result<bool, ApplyError> {
    let holder = Holder::from(row.clone());
    let age = row.heartbeat_age;
    listener.tell(&Event::Notice(&format!(
        "a runner has not been heard of for {age:.0} s by the server's clock: {holder}; it is watched for {} s",
        WATCH.as_secs()
    )));
    tokio::time::sleep(WATCH).await;
    let now = lease::holder(connection).await?;
    Ok(now.is_some_and(|now| now.token == row.token && now.heartbeat == row.heartbeat))
}

async fn take_over(
    connection: &mut PgConnection,
    row: &LeaseRow,
    claim: &Claim<'_>,
    listener: &Listener,
) -> Result<bool, ApplyError> {
    let holder = Holder::from(row.clone());
    listener.tell(&Event::Notice(&format!("taking over from a runner that is gone: {holder}")));
    for _ in 0..END_ATTEMPTS {
        if lease::end_backends(connection, &row.token).await? == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(lease::take_over(connection, &row.token, claim).await?)
}
