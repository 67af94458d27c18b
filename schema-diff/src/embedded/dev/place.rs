//! The files of a workspace's server, and its process.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::{DevOptions, DevServer};
use crate::embedded::cluster::Cluster;
use crate::embedded::store::Store;
use crate::embedded::{
    Binaries, EmbeddedError, Major, Progress, ProgressEvent, lock, off_runtime, server_process, short_hash, template,
};

/// Runs the server and ends it when nobody needs it.
const GUARD: &str = include_str!("guard.sh");

/// A fast shutdown writes a checkpoint; a big one takes a while.
const STOP_TIMEOUT: Duration = Duration::from_secs(60);

/// Where a workspace's server lies, whether it runs or not.
pub(super) struct Place {
    store: Store,
    key: String,
    /// The workspace's path.
    label: String,
    directory: PathBuf,
    socket_directory: PathBuf,
}

impl Place {
    pub(super) fn of(workspace: &Path) -> Result<Self, EmbeddedError> {
        let workspace = workspace.canonicalize().map_err(EmbeddedError::io("find the workspace", workspace))?;
        let store = Store::open()?;
        let key = short_hash(workspace.as_os_str().as_encoded_bytes());
        let directory = store.workspace_server(&key)?;
        let socket_directory = store.workspace_socket(&key)?;
        let label = workspace.display().to_string();
        Ok(Self { store, key, label, directory, socket_directory })
    }

    /// Only one process at a time looks, starts, stops or removes; so the lock lies beside the directory.
    pub(super) async fn lock(&self, progress: &Progress) -> Result<File, EmbeddedError> {
        let path = self.lock_file();
        let progress = progress.clone();
        let lock = off_runtime(move || lock::wait(&path, || progress.report(ProgressEvent::Waiting))).await?;
        for directory in [&self.directory, &self.socket_directory] {
            self.store.account.create_private_directory(directory)?;
        }
        // For people who wonder whose data these are.
        write_new(&self.directory.join("workspace"), &format!("{}\n", self.label))?;
        Ok(lock)
    }

    fn lock_file(&self) -> PathBuf {
        self.directory.with_extension("lock")
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn cluster(&self, version: String) -> Cluster {
        Cluster { directory: self.directory.clone(), socket_directory: self.socket_directory.clone(), version }
    }

    /// The major version of the data; `None` while there are none.
    fn data_version(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.data().join("PG_VERSION")).ok()?;
        Some(text.trim().to_owned())
    }

    /// The version to start: what the data have, else what is asked for, else the newest.
    pub(super) fn check_major(&self, wanted: Option<Major>) -> Result<Major, EmbeddedError> {
        let Some(found) = self.data_version() else { return Ok(wanted.unwrap_or_default()) };
        match (found.parse::<Major>(), wanted) {
            (Ok(found), None) => Ok(found),
            (Ok(found), Some(wanted)) if found == wanted => Ok(found),
            (_, wanted) => {
                let wanted = wanted.unwrap_or_default();
                Err(EmbeddedError::OtherMajor { found, wanted, directory: self.directory.clone() })
            }
        }
    }

    /// The running server, ready to be used. It is told that somebody is there, so that it doesn't end now.
    pub(super) async fn find_running(&self) -> Result<Option<DevServer>, EmbeddedError> {
        let used = self.directory.join("used");
        write_new(&used, "")?;
        let deadline = Instant::now() + STOP_TIMEOUT;
        while self.directory.join("stopping").exists() && server_process::running(&self.data()).is_some() {
            if Instant::now() > deadline {
                return Err(self.did_not_stop());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if server_process::running(&self.data()).is_none() {
            return Ok(None);
        }
        let major = self.check_major(None)?;
        let cluster = self.cluster(major.to_string());
        let gone = || server_process::running(&self.data()).is_none().then(|| "an unknown status".to_owned());
        cluster.wait_until_ready(gone).await?;
        Ok(Some(DevServer { cluster, major }))
    }

    pub(super) async fn start(&self, options: &DevOptions, progress: &Progress) -> Result<DevServer, EmbeddedError> {
        let major = self.check_major(options.major)?;
        let binaries = Binaries::obtain_in(&self.store, major, progress).await?;
        self.make_data(&binaries, progress).await?;
        progress.report(ProgressEvent::Starting { version: binaries.version().to_owned() });
        let cluster = self.cluster(binaries.version().to_owned());
        let mut guard = self.start_guard(&binaries, &cluster, options.idle)?;
        cluster.wait_until_ready(|| Some(guard.try_wait().ok()??.to_string())).await?;
        Ok(DevServer { cluster, major })
    }

    /// Makes the data directory if there is none; a half copy never has its name.
    async fn make_data(&self, binaries: &Binaries, progress: &Progress) -> Result<(), EmbeddedError> {
        if self.data_version().is_some() {
            return Ok(());
        }
        let (store, binaries, progress) = (self.store.clone(), binaries.clone(), progress.clone());
        let (partial, data) = (self.directory.join("partial"), self.data());
        off_runtime(move || {
            let template = template::obtain(&store, &binaries, &progress)?;
            store.account.remove_directory(&partial)?;
            store.account.remove_directory(&data)?;
            template::copy(&store, &binaries, &template, &partial)?;
            std::fs::rename(&partial, &data).map_err(EmbeddedError::io("rename to", &data))
        })
        .await
    }

    fn start_guard(&self, binaries: &Binaries, cluster: &Cluster, idle: Duration) -> Result<Child, EmbeddedError> {
        // Left by an earlier server, which we know to be dead; mostly they aren't there.
        let _ = std::fs::remove_file(self.directory.join("stopping"));
        for socket in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
            let _ = std::fs::remove_file(self.socket_directory.join(socket));
        }
        server_process::remove_misleading_pid_file(&self.data());
        let name = format!("schema-diff-{}", self.key);
        // Commits don't wait for the disk, so a power cut may lose the last of them, but never the database.
        let settings = [("synchronous_commit", "off"), ("cluster_name", &name), ("update_process_title", "on")];
        let settings = settings.map(|(setting, value)| (setting.to_owned(), value.to_owned()));
        let interval = (idle / 10).clamp(Duration::from_millis(100), Duration::from_secs(10));
        let rounds = idle.as_millis().div_ceil(interval.as_millis());
        let mut command = self.store.account.command("/bin/sh", &self.directory);
        command.args(["-c", GUARD, "schema-diff-dev-guard"]).arg(&self.directory).arg(&name);
        command.arg(interval.as_secs_f64().to_string()).arg(rounds.to_string());
        command.arg(binaries.program("postgres")).args(cluster.arguments(&settings));
        // With our own output it would keep a pipe open that our caller reads to its end.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().map_err(EmbeddedError::io("start a server in", &self.directory))
    }

    pub(super) fn stop(&self) -> Result<bool, EmbeddedError> {
        let Some(server) = server_process::running(&self.data()) else { return Ok(false) };
        if server_process::stop(server, &self.data(), Signal::SIGINT, STOP_TIMEOUT) {
            Ok(true)
        } else {
            Err(self.did_not_stop())
        }
    }

    pub(super) fn remove(&self) -> Result<(), EmbeddedError> {
        self.stop()?;
        self.store.account.remove_directory(&self.socket_directory)?;
        self.store.account.remove_directory(&self.directory)?;
        // We hold it; who waits for it notices.
        let lock = self.lock_file();
        std::fs::remove_file(&lock).map_err(EmbeddedError::io("remove", &lock))
    }

    fn did_not_stop(&self) -> EmbeddedError {
        EmbeddedError::DidNotStop { directory: self.directory.clone(), seconds: STOP_TIMEOUT.as_secs() }
    }
}

/// Writes a file unless it exists. No link is followed, as it would be by plain writing: for root the directory
/// belongs to another user.
fn write_new(path: &Path, text: &str) -> Result<(), EmbeddedError> {
    match File::create_new(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map_err(EmbeddedError::io("write", path)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(EmbeddedError::io("write", path)(error)),
    }
}
