//! Removing what a machine that was switched off left behind.
//!
//! Each scratch server's directory holds a file that its owner keeps locked. A directory whose lock can be taken
//! belongs to nobody.

use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;

use super::store::Store;
use super::{EmbeddedError, lock, server_process};

/// The file in a server's directory that its owner keeps locked.
pub(super) const OWNER_LOCK: &str = "owner.lock";

/// An immediate shutdown takes milliseconds; after this it is stuck.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// The directories that nobody owns. The caller holds the lock on `servers`, so that no directory is just being made.
pub(super) fn find(servers: &Path) -> Result<Vec<(PathBuf, Option<std::fs::File>)>, EmbeddedError> {
    let entries = std::fs::read_dir(servers).map_err(EmbeddedError::io("read", servers))?;
    let directories = entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_dir());
    let mut dead = Vec::new();
    for directory in directories {
        let owner = directory.join(OWNER_LOCK);
        if !owner.exists() {
            dead.push((directory, None));
        } else if let Ok(Some(held)) = lock::attempt(&owner) {
            // Held until the directory is gone, so that no other process cleans the same one.
            dead.push((directory, Some(held)));
        }
    }
    Ok(dead)
}

/// Stops a server that may still run in the directory, and removes the directory.
pub(super) fn remove(store: &Store, directory: &Path) -> Result<(), EmbeddedError> {
    let data = directory.join("data");
    if let Some(server) = server_process::running(&data)
        && !server_process::stop(server, &data, Signal::SIGQUIT, STOP_TIMEOUT)
    {
        server_process::kill(server);
    }
    store.account.remove_directory(directory)
}
