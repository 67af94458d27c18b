//! Locks between processes, which the kernel gives back when their holder dies in whatever way.

use std::fs::{File, TryLockError};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use nix::fcntl::OFlag;

use super::EmbeddedError;

/// Takes the lock on a file, which is made if need be; `on_wait` is called once if somebody else holds it.
pub(super) fn wait(path: &Path, on_wait: impl FnOnce()) -> Result<File, EmbeddedError> {
    let mut on_wait = Some(on_wait);
    loop {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                if let Some(on_wait) = on_wait.take() {
                    on_wait();
                }
                file.lock().map_err(EmbeddedError::io("lock", path))?;
            }
            Err(TryLockError::Error(source)) => return Err(EmbeddedError::io("lock", path)(source)),
        }
        // Its holder may have removed the file in the end; then the lock is on nothing.
        let held = file.metadata().map_err(EmbeddedError::io("look at", path))?;
        if std::fs::symlink_metadata(path).is_ok_and(|current| current.ino() == held.ino()) {
            return Ok(file);
        }
    }
}

/// Takes the lock if nobody holds it.
pub(super) fn attempt(path: &Path) -> Result<Option<File>, EmbeddedError> {
    let file = open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(EmbeddedError::io("lock", path)(source)),
    }
}

fn open(path: &Path) -> Result<File, EmbeddedError> {
    // Never truncated: another process may be holding it. No link is followed: for root the directory belongs to
    // another user, who could lead us to any file.
    let mut options = File::options();
    options.create(true).truncate(false).write(true).custom_flags(OFlag::O_NOFOLLOW.bits());
    options.open(path).map_err(EmbeddedError::io("open the lock file", path))
}
