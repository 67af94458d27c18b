//! The server's process, seen by others than its parent.

use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

/// The process that serves this data directory now. `postmaster.pid` alone is no proof: after a power cut the number
/// may be another program's.
pub(super) fn running(data: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let pid = Pid::from_raw(text.lines().next()?.trim().parse().ok()?);
    (signal::kill(pid, None).is_ok() && works_in(pid, data)).then_some(pid)
}

/// A server's working directory is its data directory; where there is no /proc, its arguments name it.
fn works_in(pid: Pid, data: &Path) -> bool {
    if let Ok(directory) = std::fs::read_link(format!("/proc/{pid}/cwd")) {
        return data.canonicalize().is_ok_and(|data| data == directory);
    }
    let output = std::process::Command::new("ps").args(["-ww", "-o", "args=", "-p", &pid.to_string()]).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&*data.to_string_lossy()))
}

/// Signals a server and waits until it is gone; says whether it is.
pub(super) fn stop(server: Pid, data: &Path, signal: Signal, patience: Duration) -> bool {
    // An error means that it is gone already.
    let _ = signal::kill(server, signal);
    let deadline = Instant::now() + patience;
    // Not `kill(server, None)`: in containers without an init process a dead server stays in the process table.
    while data.join("postmaster.pid").exists() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

/// Ends a server that does not stop; its backends notice and end as well.
pub(super) fn kill(server: Pid) {
    // An error means that it is gone in this moment.
    let _ = signal::kill(server, Signal::SIGKILL);
}

/// Removes a `postmaster.pid` whose number belongs to another program by now, as happens after a restart of a
/// container. A server of that user would refuse to start because of it. The caller has made sure that no server
/// works in the directory.
pub(super) fn remove_misleading_pid_file(data: &Path) {
    let file = data.join("postmaster.pid");
    let Ok(text) = std::fs::read_to_string(&file) else { return };
    let pid = text.lines().next().and_then(|line| line.trim().parse().ok()).map(Pid::from_raw);
    // Where the process is dead, the server itself knows best what to do.
    if pid.is_some_and(|pid| signal::kill(pid, None).is_ok() && !works_in(pid, data)) {
        // If it can't be removed, the server will say so.
        let _ = std::fs::remove_file(&file);
    }
}
