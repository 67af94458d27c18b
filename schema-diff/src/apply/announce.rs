//! The heartbeat of an instance of the application: the gate counts who is alive, of which release.

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, PgPool};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::lease::{host_name, new_token};
use super::migrator::Migrator;
use crate::canonical::fingerprint;
use crate::dialect::postgres::history::instance::{self, NewInstance, SESSION_MARK, SESSION_TOKEN};
use crate::dialect::postgres::session::{plain, sqlstate};
use crate::migration::Migration;

/// How often an instance says that it lives; after a minute of silence it counts as gone.
const BEAT: Duration = Duration::from_secs(5);
/// With how many beats the pool's idle sessions are named: one that is at work all that time keeps its old name.
const NAMING_PASSES: u32 = 12;
/// How many bytes the server keeps of a session's name.
const LONGEST_NAME: usize = 63;

/// An instance that says of itself that it lives, until this is dropped. Made by [`announce`] and [`Migrator::announce`].
#[must_use = "the instance counts as ended when this is dropped"]
#[derive(Debug)]
pub struct Announcement {
    /// Dropping it ends the task.
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Announcement {
    /// Says that the instance ends, and waits until the database has heard of it; dropping doesn't wait.
    pub async fn end(mut self) {
        self.stop = None;
        if let Some(task) = self.task.take() {
            // A task that was ended by its runtime has nothing more to say.
            drop(task.await);
        }
    }
}

/// Announces this instance of the application: a row in the history's table `_schema_instances` says which release it
/// is, and is renewed every five seconds until the [`Announcement`] is dropped. `contract` is refused while an instance
/// of an older release is alive. Call it right after the pool is made, once for each pool:
///
/// ```no_run
/// # async fn start() -> Result<(), sqlx::Error> {
/// let pool = sqlx::PgPool::connect("postgres://localhost/shop").await?;
/// let _alive = schema_diff::announce(&pool, "v42");
/// # Ok(())
/// # }
/// ```
///
/// The sessions of the pool are named by it (`application_name` gets a suffix, your own name stays in front), so that
/// sessions of nobody who announced himself can be told apart: they keep the gate closed. A connection that is in use at
/// this moment is named some seconds after it was given back, if that is within a minute. It has one connection of its
/// own, made with the pool's options; the pool's size doesn't matter to it.
///
/// It never fails: what goes wrong (no history yet, a privilege that is missing, the database is away) is told through
/// `tracing` as a warning, and tried again. The role needs SELECT, INSERT and UPDATE on `public._schema_instances`.
///
/// [`Migrator::announce`] says also which migrations this release was built with, which tells more than its name.
pub fn announce(pool: &PgPool, release: impl Into<String>) -> Announcement {
    start(pool, Identity { token: new_token(), release: release.into(), host: host_name(), built_with: None })
}

impl Migrator {
    /// The same as [`announce`](crate::announce()), and says which migrations this release was built with: such an
    /// instance knows the new form of these, whatever its release is called.
    pub fn announce(&self, pool: &PgPool, release: impl Into<String>) -> Announcement {
        let built_with = match self.migrations() {
            Ok(migrations) => Some(BuiltWith::new(&migrations)),
            Err(error) => {
                tracing::warn!("this instance is announced without its migrations: {error}");
                None
            }
        };
        start(pool, Identity { token: new_token(), release: release.into(), host: host_name(), built_with })
    }
}

/// Who an instance is.
struct Identity {
    token: String,
    release: String,
    host: String,
    built_with: Option<BuiltWith>,
}

/// The migrations that a release was built with.
struct BuiltWith {
    versions: Vec<i64>,
    fingerprint: String,
}

impl BuiltWith {
    fn new(migrations: &[Migration]) -> Self {
        let lines = migrations.iter().map(|migration| format!("{} {}", migration.version, migration.checksum));
        Self {
            versions: migrations.iter().map(|migration| migration.version).collect(),
            fingerprint: fingerprint(&lines.collect::<Vec<_>>().join("\n")),
        }
    }
}

fn start(pool: &PgPool, identity: Identity) -> Announcement {
    let Ok(runtime) = Handle::try_current() else {
        tracing::warn!("this instance is not announced: that needs a tokio runtime");
        return Announcement { stop: None, task: None };
    };
    let options = (*pool.connect_options()).clone();
    let name = session_name(options.get_application_name().unwrap_or_default(), &identity.token);
    let options = options.application_name(&name);
    pool.set_connect_options(options.clone());
    let (stop, stopped) = oneshot::channel();
    let task = runtime.spawn(live(identity, (pool.clone(), name), options, stopped));
    Announcement { stop: Some(stop), task: Some(task) }
}

/// The application's own name with the instance's mark behind it, within what the server keeps.
fn session_name(own: &str, token: &str) -> String {
    let own = own.split(SESSION_MARK).next().unwrap_or_default().trim_end();
    let mark = format!("{SESSION_MARK}{}", &token[..SESSION_TOKEN]);
    let mut room = own.len().min(LONGEST_NAME - mark.len() - 1);
    while !own.is_char_boundary(room) {
        room -= 1;
    }
    format!("{} {mark}", &own[..room]).trim_start().to_owned()
}

async fn live(
    identity: Identity,
    (pool, name): (PgPool, String),
    options: PgConnectOptions,
    mut stopped: oneshot::Receiver<()>,
) {
    let mut connection = None;
    let mut told = String::new();
    let mut passes = NAMING_PASSES;
    loop {
        if passes > 0 {
            name_idle_sessions(&pool, &name).await;
            passes -= 1;
        }
        match beat(&mut connection, &options, &identity).await {
            Ok(()) => told.clear(),
            Err(error) => {
                connection = None;
                let words = words(&error);
                // Once, not every five seconds.
                if words != told {
                    tracing::warn!("this instance can't be announced, which is tried again: {words}");
                    told = words;
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            _ = &mut stopped => break,
        }
    }
    if let Some(mut connection) = connection {
        if let Err(error) = instance::end(&mut connection, &identity.token).await {
            tracing::debug!("the end of this instance was not announced: {}", plain(&error));
        }
        // Nothing depends on how the connection ends.
        drop(connection.close().await);
    }
}

/// The connections that the pool has made already; those that it makes from now on have the name from the start. One at
/// a time, so that nobody has to wait for the pool: what is given back goes to the end of its queue.
async fn name_idle_sessions(pool: &PgPool, name: &str) {
    for _ in 0..pool.num_idle() {
        let Some(mut connection) = pool.try_acquire() else { return };
        if let Err(error) = instance::name_session(&mut connection, name).await {
            tracing::debug!("a session of the pool was not named: {}", plain(&error));
        }
    }
}

async fn beat(
    connection: &mut Option<PgConnection>,
    options: &PgConnectOptions,
    identity: &Identity,
) -> Result<(), sqlx::Error> {
    let connection = match connection {
        Some(connection) => connection,
        None => connection.insert(PgConnection::connect_with(options).await?),
    };
    let built_with = identity.built_with.as_ref();
    let new = NewInstance {
        token: &identity.token,
        release: &identity.release,
        migrations: built_with.map(|built_with| built_with.versions.as_slice()),
        fingerprint: built_with.map(|built_with| built_with.fingerprint.as_str()),
        host: &identity.host,
    };
    instance::beat(connection, &new).await
}

fn words(error: &sqlx::Error) -> String {
    match sqlstate(error).as_deref() {
        // undefined_table
        Some("42P01") => "public._schema_instances isn't there yet: run `cargo schema apply`".to_owned(),
        // insufficient_privilege
        Some("42501") => format!(
            "{}: give this role what it needs, as in `GRANT SELECT, INSERT, UPDATE ON public._schema_instances TO …`",
            plain(error)
        ),
        _ => plain(error),
    }
}

#[cfg(test)]
mod tests {
    use super::session_name;

    #[test]
    fn the_applications_own_name_is_kept() {
        let token = "0123456789abcdef";
        assert_eq!(session_name("shop", token), "shop schema:0123456789ab");
        assert_eq!(session_name("", token), "schema:0123456789ab");
        assert_eq!(session_name("shop schema:ffffffffffff", token), "shop schema:0123456789ab");
        let long = session_name(&"ü".repeat(40), token);
        assert!(long.len() <= 63 && long.ends_with("ü schema:0123456789ab"), "{long}");
    }
}
