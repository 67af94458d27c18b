//! A real PostgreSQL without installing one.
//!
//! The server's binaries are taken from the machine, else fetched once ([`Binaries`]). [`ScratchServer`] is a
//! throw-away server for proofs and tests; [`DevServer`] is a workspace's own server, whose data stay.
//!
//! Both listen on a unix socket only, in a directory that nobody else may enter, so no port is taken and nothing is
//! reachable from outside. PostgreSQL refuses to run as root: for root everything runs as the first existing user of
//! `postgres` and `nobody`.
//!
//! Where things lie: `$SCHEMA_DIFF_DIR` if that is set; for root `/var/tmp/schema-diff-USER`; else
//! `~/.cache/schema-diff` and, for data that must stay, `~/.local/share/schema-diff` (the XDG variables are honoured);
//! without a usable home `/var/tmp/schema-diff-UID`. Servers may take room in `/dev/shm` where their user says so.

mod account;
mod binaries;
mod cluster;
mod dev;
mod error;
mod fetch;
mod leftover;
mod lock;
mod major;
mod progress;
mod scratch;
mod server_process;
mod store;
mod template;

pub use binaries::Binaries;
pub use dev::{DevOptions, DevServer};
pub use error::EmbeddedError;
pub use major::Major;
pub use progress::{Progress, ProgressEvent};
pub use scratch::{ScratchOptions, ScratchServer};

/// Runs work that blocks (files, locks, child processes) beside the asynchronous runtime.
async fn off_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        // Such tasks are never cancelled once they run, so this is a panic of the work itself.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// Sixteen hexadecimal digits that stand for a path; the same in every release of ours.
fn short_hash(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
