//! What a waiting user is told while a server comes up.

use std::fmt;
use std::sync::Arc;

use super::Major;

/// One thing that begins now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProgressEvent {
    /// Another process fetches, prepares or starts the same: waiting for it.
    Waiting,
    /// The binaries are being fetched, about 14 MiB; how far it is can't be told.
    Fetching {
        /// The wanted version.
        major: Major,
    },
    /// The fetched archive is being unpacked.
    Extracting {
        /// The exact version.
        version: String,
        /// The size of the archive in bytes.
        bytes: u64,
    },
    /// `initdb` makes the template of a data directory; once per exact version.
    Initialising {
        /// The exact version.
        version: String,
    },
    /// The server is being started.
    Starting {
        /// The exact version.
        version: String,
    },
}

impl fmt::Display for ProgressEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("waiting for another process that prepares the server"),
            Self::Fetching { major } => write!(f, "fetching PostgreSQL {major} (once)"),
            Self::Extracting { version, bytes } => {
                write!(f, "unpacking PostgreSQL {version} ({:.1} MiB)", *bytes as f64 / f64::from(1 << 20))
            }
            Self::Initialising { version } => write!(f, "preparing a data directory for PostgreSQL {version} (once)"),
            Self::Starting { version } => write!(f, "starting PostgreSQL {version}"),
        }
    }
}

/// Who listens to [`ProgressEvent`]s. It is called from any thread.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(ProgressEvent) + Send + Sync>);

impl Progress {
    /// Calls `listener` for each event.
    pub fn new(listener: impl Fn(ProgressEvent) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listener))
    }

    /// Nobody listens.
    pub fn silent() -> Self {
        Self::new(|_| {})
    }

    /// Tells the listener.
    pub(super) fn report(&self, event: ProgressEvent) {
        (self.0)(event);
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}
