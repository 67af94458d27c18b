//! Removing what a machine that was switched off left behind.
//!
//! Each scratch server's directory holds a file that its owner keeps locked. A directory whose lock can be taken
//! belongs to nobody.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::store::Store;
use super::{EmbeddedError, lock};

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
    if let Some(server) = running_server(&data) {
        stop(server, &data, Signal::SIGQUIT);
    }
    store.account.remove_directory(directory)
}

/// The process that serves this data directory now. `postmaster.pid` alone is no proof: after a power cut the number
/// may be another program's.
pub(super) fn running_server(data: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let pid = Pid::from_raw(text.lines().next()?.trim().parse().ok()?);
    (kill(pid, None).is_ok() && works_in(pid, data)).then_some(pid)
}

/// A server's working directory is its data directory; where there is no /proc, its arguments name it.
fn works_in(pid: Pid, data: &Path) -> bool {
    if let Ok(directory) = std::fs::read_link(format!("/proc/{pid}/cwd")) {
        return data.canonicalize().is_ok_and(|data| data == directory);
    }
    let output = std::process::Command::new("ps").args(["-ww", "-o", "args=", "-p", &pid.to_string()]).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&*data.to_string_lossy()))
}

/// Signals a server and waits until it is gone; kills it when it does not go.
pub(super) fn stop(server: Pid, data: &Path, signal: Signal) {
    // An error means that it is gone already.
    let _ = kill(server, signal);
    let deadline = Instant::now() + STOP_TIMEOUT;
    // Not `kill(server, None)`: in containers without an init process a dead server stays in the process table.
    while data.join("postmaster.pid").exists() {
        if Instant::now() > deadline {
            let _ = kill(server, Signal::SIGKILL);
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
