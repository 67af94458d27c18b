//! The workspace's own server, whose data stay.
//!
//! It is started by whoever needs it and outlives them. Its guard, a shell script, looks every ten seconds whether a
//! client is connected, and shuts the server down after ten minutes without one. All processes of a workspace find
//! the same server: its directory's name is a hash of the workspace's path, and a lock in it lets one process at a
//! time look, start or stop.

mod place;

use std::path::Path;
use std::time::Duration;

use self::place::Place;
use super::cluster::{Cluster, database_name};
use super::{EmbeddedError, Major, Progress};
use crate::dialect::postgres::database;

/// The database that a workspace's work is done in.
const DATABASE: &str = "dev";

/// How the workspace's server is to be started, if it doesn't run yet.
#[derive(Clone, Debug)]
pub struct DevOptions {
    major: Option<Major>,
    idle: Duration,
}

impl Default for DevOptions {
    /// The version that the data have, else the newest; ten minutes.
    fn default() -> Self {
        Self { major: None, idle: Duration::from_secs(600) }
    }
}

impl DevOptions {
    /// A certain version.
    #[must_use]
    pub fn major(mut self, major: Major) -> Self {
        self.major = Some(major);
        self
    }

    /// How long the server waits for a client before it ends itself.
    #[must_use]
    pub fn idle(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }
}

/// A running server of a workspace. Dropping it does nothing: the server goes on.
#[derive(Clone, Debug)]
pub struct DevServer {
    cluster: Cluster,
    major: Major,
}

impl DevServer {
    /// Finds the running server, else starts it; makes the database `dev` if need be.
    ///
    /// # Errors
    /// [`EmbeddedError::OtherMajor`] if the data are of another version than `major`, and what
    /// [`super::ScratchServer::start`] may say.
    pub async fn open(workspace: &Path, major: Option<Major>, progress: &Progress) -> Result<Self, EmbeddedError> {
        let options = DevOptions { major, ..DevOptions::default() };
        Self::open_with(workspace, options, progress).await
    }

    /// The same with further options.
    ///
    /// # Errors
    /// As [`DevServer::open`].
    pub async fn open_with(workspace: &Path, options: DevOptions, progress: &Progress) -> Result<Self, EmbeddedError> {
        let place = Place::of(workspace)?;
        let _lock = place.lock(progress).await?;
        let server = match place.find_running().await? {
            Some(running) => {
                place.check_major(options.major)?;
                running
            }
            None => place.start(&options, progress).await?,
        };
        server.ensure_database().await?;
        Ok(server)
    }

    /// The server if it runs now; starts nothing.
    ///
    /// # Errors
    /// An unreadable directory, or a server that doesn't come up.
    pub async fn running(workspace: &Path) -> Result<Option<Self>, EmbeddedError> {
        let place = Place::of(workspace)?;
        let _lock = place.lock(&Progress::silent()).await?;
        place.find_running().await
    }

    /// Stops the server if it runs, and says whether it did; sessions are ended, data stay.
    ///
    /// # Errors
    /// [`EmbeddedError::DidNotStop`].
    pub async fn stop(workspace: &Path) -> Result<bool, EmbeddedError> {
        let place = Place::of(workspace)?;
        let _lock = place.lock(&Progress::silent()).await?;
        super::off_runtime(move || place.stop()).await
    }

    /// Stops the server if it runs, and removes all its data for good.
    ///
    /// # Errors
    /// [`EmbeddedError::DidNotStop`], or a directory that can't be removed.
    pub async fn remove(workspace: &Path) -> Result<(), EmbeddedError> {
        let place = Place::of(workspace)?;
        let _lock = place.lock(&Progress::silent()).await?;
        super::off_runtime(move || place.remove()).await
    }

    /// Drops the database `dev`, ends its sessions, and makes it anew. Roles and other databases stay.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn reset(&self) -> Result<(), EmbeddedError> {
        let name = database_name(DATABASE)?;
        let mut statements = database::drop_with_sessions(&name, self.major.number());
        statements.push(database::create(&name, self.major.number()));
        self.cluster.administrate("make the database dev anew", statements).await
    }

    /// The address of the database `dev`, for sqlx and psql alike.
    pub fn url(&self) -> String {
        self.cluster.url(DATABASE)
    }

    /// The major version.
    pub fn major(&self) -> Major {
        self.major
    }

    /// The directory of the data, and of the server's log, the file `log`.
    pub fn directory(&self) -> &Path {
        &self.cluster.directory
    }

    async fn ensure_database(&self) -> Result<(), EmbeddedError> {
        let statement = database::create(&database_name(DATABASE)?, self.major.number());
        match self.cluster.administrate("make the database dev", vec![statement]).await {
            Err(EmbeddedError::Server { source, .. }) if database::exists_already(&source) => Ok(()),
            result => result,
        }
    }
}
