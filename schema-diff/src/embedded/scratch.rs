//! Throw-away servers.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Stdio};

use super::cluster::{Cluster, database_name};
use super::store::Store;
use super::{Binaries, EmbeddedError, Major, Progress, ProgressEvent, leftover, lock, store, template};
use crate::dialect::postgres::database;

/// Runs the server and cleans up after the owner, however that ends.
const GUARD: &str = include_str!("scratch/guard.sh");

/// What a scratch server is to be like.
#[derive(Clone, Debug, Default)]
pub struct ScratchOptions {
    major: Major,
    settings: Vec<(String, String)>,
    in_memory: bool,
}

impl ScratchOptions {
    /// A server of this version with its usual settings, but without any care for a power cut.
    pub fn new(major: Major) -> Self {
        Self { major, settings: Vec::new(), in_memory: false }
    }

    /// A setting of the server, as in `postgresql.conf`: `setting("max_connections", "300")`.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// For small data: puts the server on the file system in memory, if the machine has one with at least 2 GiB free
    /// (`/dev/shm` on Linux, which containers often limit to 64 MB); else on the disk. A database is made of 300
    /// files, and there that takes 15 ms, on a busy disk easily ten times as long.
    #[must_use]
    pub fn in_memory(mut self) -> Self {
        self.in_memory = true;
        self
    }
}

/// A server of our own, in a directory of its own. Dropping it stops it and removes the directory, also without a
/// runtime; if this process is killed, a guard process does the same.
#[derive(Debug)]
pub struct ScratchServer {
    guard: Child,
    cluster: Cluster,
    store: Store,
    binaries: Binaries,
    _owner: File,
}

impl ScratchServer {
    /// Starts a server with the usual settings.
    ///
    /// # Errors
    /// No binaries, no space, or a server that doesn't start; see [`EmbeddedError`].
    pub async fn start(major: Major, progress: &Progress) -> Result<Self, EmbeddedError> {
        Self::start_with(ScratchOptions::new(major), progress).await
    }

    /// Starts a server with further settings.
    ///
    /// # Errors
    /// As [`ScratchServer::start`]; a setting that the server doesn't take shows in the log that the error quotes.
    pub async fn start_with(options: ScratchOptions, progress: &Progress) -> Result<Self, EmbeddedError> {
        let store = Store::open()?;
        let binaries = Binaries::obtain_in(&store, options.major, progress).await?;
        let progress = progress.clone();
        let server = super::off_runtime(move || Self::launch(store, binaries, &options, &progress)).await?;
        server.cluster.wait_until_ready(|| server.exit_status()).await?;
        Ok(server)
    }

    /// Makes the directory and starts guard and server in it; does not wait for the server.
    fn launch(
        store: Store,
        binaries: Binaries,
        options: &ScratchOptions,
        progress: &Progress,
    ) -> Result<Self, EmbeddedError> {
        let template = template::obtain(&store, &binaries, progress)?;
        progress.report(ProgressEvent::Starting { version: binaries.version().to_owned() });
        let (cluster, owner) = claim_directory(&store, &binaries, options.in_memory)?;
        let started = template::copy(&store, &binaries, &template, &cluster.data())
            .and_then(|()| start_guard(&store, &binaries, &cluster, &options.settings));
        match started {
            Ok(guard) => Ok(Self { guard, cluster, store, binaries, _owner: owner }),
            Err(error) => {
                // The first error is the one to tell; what stays is removed at the next start.
                let _ = leftover::remove(&store, &cluster.directory);
                Err(error)
            }
        }
    }

    /// The exit status of a server that has ended by itself, as written by its guard.
    fn exit_status(&self) -> Option<String> {
        let status = std::fs::read_to_string(self.cluster.directory.join("exited")).ok()?;
        Some(format!("exit status {}", status.trim()))
    }

    /// The address of a database, for sqlx and psql alike. A new server has the database `postgres`.
    pub fn url(&self, database: &str) -> String {
        self.cluster.url(database)
    }

    /// The major version.
    pub fn major(&self) -> Major {
        self.binaries.major()
    }

    /// The exact version, as in "18.6".
    pub fn version(&self) -> &str {
        self.binaries.version()
    }

    /// The directory that is removed in the end; the server's log is the file `log` in it.
    pub fn directory(&self) -> &Path {
        &self.cluster.directory
    }

    /// Makes an empty database and returns its address.
    ///
    /// # Errors
    /// An impossible name, or the server's refusal (the name is taken).
    pub async fn create_database(&self, name: &str) -> Result<String, EmbeddedError> {
        let statement = database::create(&database_name(name)?, self.major().number());
        self.cluster.administrate(&format!("create the database {name}"), vec![statement]).await?;
        Ok(self.url(name))
    }

    /// Makes a copy of the database `template`, which nobody may use at that moment, and returns its address.
    ///
    /// # Errors
    /// As [`ScratchServer::create_database`]; also if the template is in use.
    pub async fn create_database_from(&self, template: &str, name: &str) -> Result<String, EmbeddedError> {
        let statement = database::create_from(&database_name(name)?, &database_name(template)?, self.major().number());
        self.cluster.administrate(&format!("copy the database {template} to {name}"), vec![statement]).await?;
        Ok(self.url(name))
    }

    /// Removes a database and ends its sessions.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn drop_database(&self, name: &str) -> Result<(), EmbeddedError> {
        let identifier = database_name(name)?;
        let statements = database::drop_with_sessions(&identifier, self.major().number());
        self.cluster.administrate(&format!("drop the database {name}"), statements).await
    }
}

impl Drop for ScratchServer {
    fn drop(&mut self) {
        // Closing the pipe is the order to stop; the guard ends when everything is gone.
        drop(self.guard.stdin.take());
        // Nobody can be told of an error here; a directory that stays is removed at the next start.
        let _ = self.guard.wait();
        if self.cluster.directory.exists() {
            let _ = leftover::remove(&self.store, &self.cluster.directory);
        }
    }
}

/// Removes dead servers, makes a directory for a new one and takes the lock that marks it as alive.
fn claim_directory(store: &Store, binaries: &Binaries, in_memory: bool) -> Result<(Cluster, File), EmbeddedError> {
    let on_disk = store.servers()?;
    let memory = store.servers_in_memory(in_memory);
    // One lock for both places: it is held while directories without a lock of their own may exist.
    let making = lock::wait(&on_disk.join("making.lock"), || {})?;
    let mut dead = leftover::find(&on_disk)?;
    if let Some(memory) = &memory {
        dead.extend(leftover::find(memory)?);
    }
    let servers = memory.filter(|memory| in_memory && store::has_room(memory)).unwrap_or(on_disk);
    let directory = loop {
        let candidate = servers.join(format!("{:08x}", rand::random::<u32>()));
        if !candidate.exists() {
            break candidate;
        }
    };
    store.account.create_private_directory(&directory)?;
    let owner = directory.join(leftover::OWNER_LOCK);
    let owner = lock::wait(&owner, || {})?;
    drop(making);
    for (directory, _held) in dead {
        // What can't be removed now is tried again by the next start; it is no reason not to work.
        let _ = leftover::remove(store, &directory);
    }
    let version = binaries.version().to_owned();
    Ok((Cluster { socket_directory: directory.clone(), directory, version }, owner))
}

fn start_guard(
    store: &Store,
    binaries: &Binaries,
    cluster: &Cluster,
    settings: &[(String, String)],
) -> Result<Child, EmbeddedError> {
    let careless = [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")];
    let mut all: Vec<(String, String)> =
        careless.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    all.extend_from_slice(settings);
    let mut command = store.account.command("/bin/sh", &cluster.directory);
    command.args(["-c", GUARD, "schema-diff-scratch-guard"]).arg(&cluster.directory);
    command.arg(binaries.program("postgres")).args(cluster.arguments(&all));
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map_err(EmbeddedError::io("start a server in", &cluster.directory))
}
