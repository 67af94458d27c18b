//! The operating system's user that a server runs as.

use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::{Uid, User};

use super::EmbeddedError;

/// Ourselves, or for root the user that takes its place.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// The user's name; for ordinary users the number as text, since containers run users without a name.
    pub(super) name: String,
    pub(super) uid: u32,
    /// The group to change to; `None` where nothing has to be changed.
    switch_to_group: Option<u32>,
}

impl Account {
    /// Finds out who we are and who runs the server.
    pub(super) fn current() -> Result<Self, EmbeddedError> {
        let own = Uid::effective();
        if !own.is_root() {
            return Ok(Self { name: own.to_string(), uid: own.as_raw(), switch_to_group: None });
        }
        // A name that can't be looked up is as good as one that doesn't exist.
        let user = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).ok().flatten());
        let user = user.ok_or(EmbeddedError::NoAccount)?;
        Ok(Self { name: user.name, uid: user.uid.as_raw(), switch_to_group: Some(user.gid.as_raw()) })
    }

    /// Whether the server runs as somebody else than we do.
    pub(super) fn is_switched(&self) -> bool {
        self.switch_to_group.is_some()
    }

    /// A command that runs as this user in `directory`, out of reach of the terminal's Ctrl-C, untouched by the
    /// `PG…` variables of the caller (PGDATA, PGPORT, PGOPTIONS would all change what it does).
    pub(super) fn command(&self, program: impl AsRef<std::ffi::OsStr>, directory: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(directory).process_group(0).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        command.env("LC_ALL", "C").env("TZ", "UTC");
        if let Some(group) = self.switch_to_group {
            // With a uid and without a list of groups, std also drops root's supplementary groups.
            command.gid(group).uid(self.uid).env("HOME", directory).env("USER", &self.name);
        }
        command
    }

    /// Makes a directory that only this user (and root) may enter, unless it exists.
    pub(super) fn create_private_directory(&self, path: &Path) -> Result<(), EmbeddedError> {
        match std::fs::DirBuilder::new().mode(0o700).create(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            result => result.map_err(EmbeddedError::io("create", path))?,
        }
        self.give(path)
    }

    /// Makes this user the owner of one file or directory, where it isn't ourselves.
    fn give(&self, path: &Path) -> Result<(), EmbeddedError> {
        match self.switch_to_group {
            Some(group) => {
                lchown(path, Some(self.uid), Some(group)).map_err(EmbeddedError::io("change the owner of", path))
            }
            None => Ok(()),
        }
    }

    /// Removes a directory with all it holds, as this user, so that root never follows what others put there.
    pub(super) fn remove_directory(&self, path: &Path) -> Result<(), EmbeddedError> {
        let parent = path.parent().unwrap_or(Path::new("/"));
        let output = self.command("rm", parent).arg("-rf").arg("--").arg(path).output();
        let output = output.map_err(EmbeddedError::io("remove", path))?;
        if output.status.success() || !path.exists() {
            return Ok(());
        }
        let reason = std::io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        Err(EmbeddedError::io("remove", path)(reason))
    }
}
