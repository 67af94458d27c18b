//! Where binaries, templates and servers lie on the disk.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::EmbeddedError;
use super::account::Account;

/// Names the directory for everything, instead of the per-user ones.
const OVERRIDE: &str = "SCHEMA_DIFF_DIR";

/// The longest directory under which the path of a socket stays below the kernel's limit (104 bytes on macOS, 108 on
/// Linux): `/sockets/`, sixteen digits and `/.s.PGSQL.5432` come after it.
const SHORT: usize = 60;

/// Where Linux mounts a file system in memory for everybody; the file system hierarchy of other systems lacks it.
const MEMORY: &str = "/dev/shm";

/// The directories of one user.
#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) account: Account,
    /// What can be made again: binaries and templates.
    cache: PathBuf,
    /// What must stay: the data of the workspaces' servers.
    data: PathBuf,
    /// A short path, for sockets.
    short: PathBuf,
}

impl Store {
    /// Finds the directories of the current user and makes sure that nobody else owns them.
    pub(super) fn open() -> Result<Self, EmbeddedError> {
        let account = Account::current()?;
        let shared = PathBuf::from(format!("/var/tmp/schema-diff-{}", account.name));
        let (cache, data) = match std::env::var_os(OVERRIDE).filter(|value| !value.is_empty()) {
            Some(value) => {
                let path = PathBuf::from(value);
                let path = std::path::absolute(&path).map_err(EmbeddedError::io("resolve", &path))?;
                (path.clone(), path)
            }
            None if account.is_switched() => (shared.clone(), shared.clone()),
            None => (
                in_home("XDG_CACHE_HOME", ".cache").unwrap_or_else(|| shared.clone()),
                in_home("XDG_DATA_HOME", ".local/share").unwrap_or_else(|| shared.clone()),
            ),
        };
        let short = if cache.as_os_str().len() <= SHORT { cache.clone() } else { shared.clone() };
        for directory in [&cache, &data, &short] {
            create_enterable(directory)?;
            if *directory == shared {
                refuse_foreign(directory)?;
            }
        }
        Ok(Self { account, cache, data, short })
    }

    /// The fetched binaries, a directory per exact version; ours, and readable for the server's user.
    pub(super) fn binaries(&self) -> Result<PathBuf, EmbeddedError> {
        let directory = self.cache.join("binaries");
        create_enterable(&directory)?;
        Ok(directory)
    }

    /// Data directories fresh from initdb, to be copied.
    pub(super) fn templates(&self) -> Result<PathBuf, EmbeddedError> {
        self.private(self.cache.join("templates"))
    }

    /// The scratch servers that run now, a directory each.
    pub(super) fn servers(&self) -> Result<PathBuf, EmbeddedError> {
        self.private(self.short.join("servers"))
    }

    /// The same in memory, if there is a file system for it; `make` says whether to make the directory.
    pub(super) fn servers_in_memory(&self, make: bool) -> Option<PathBuf> {
        let directory = Path::new(MEMORY).join(format!("schema-diff-{}", self.account.name));
        if !Path::new(MEMORY).is_dir() || !(make || directory.is_dir()) {
            return None;
        }
        create_enterable(&directory).ok()?;
        refuse_foreign(&directory).ok()?;
        self.private(directory.join("servers")).ok()
    }

    /// The data of one workspace's server; not made yet.
    pub(super) fn workspace_server(&self, key: &str) -> Result<PathBuf, EmbeddedError> {
        Ok(self.private(self.data.join("dev"))?.join(key))
    }

    /// The socket of one workspace's server; not made yet.
    pub(super) fn workspace_socket(&self, key: &str) -> Result<PathBuf, EmbeddedError> {
        Ok(self.private(self.short.join("sockets"))?.join(key))
    }

    fn private(&self, directory: PathBuf) -> Result<PathBuf, EmbeddedError> {
        self.account.create_private_directory(&directory)?;
        Ok(directory)
    }
}

/// Whether a small server fits on a file system: 2 GiB are free.
pub(super) fn has_room(directory: &Path) -> bool {
    let Ok(system) = nix::sys::statvfs::statvfs(directory) else { return false };
    // The types of both numbers differ between systems.
    #[expect(clippy::useless_conversion, reason = "they are u32 on macOS")]
    let free = u64::from(system.blocks_available()) * u64::from(system.fragment_size());
    free >= 2 << 30
}

/// `schema-diff` in a directory of the XDG base directory specification, if that can be made: service users often
/// have a home that doesn't exist.
fn in_home(variable: &str, default: &str) -> Option<PathBuf> {
    // The specification wants relative values ignored.
    let configured = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let home =
        || std::env::home_dir().filter(|home| home.is_absolute() && home.is_dir()).map(|home| home.join(default));
    let directory = configured.or_else(home)?.join("schema-diff");
    create_enterable(&directory).ok().filter(|()| is_writable(&directory)).map(|()| directory)
}

/// Whether we may make files there; the mode alone doesn't tell (read-only file systems, other owners).
fn is_writable(directory: &Path) -> bool {
    let probe = directory.join(format!(".probe-{}", std::process::id()));
    let writable = std::fs::write(&probe, "").is_ok();
    // A probe that can't be removed does no harm.
    let _ = std::fs::remove_file(&probe);
    writable
}

/// Makes a directory with its parents; everybody may enter it, whatever the umask says, since the server may run as
/// another user. An existing one is left as it is.
fn create_enterable(directory: &Path) -> Result<(), EmbeddedError> {
    if directory.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(directory).map_err(EmbeddedError::io("create", directory))?;
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(directory, open).map_err(EmbeddedError::io("change the mode of", directory))
}

/// In `/var/tmp` anybody could have made the directory before us.
fn refuse_foreign(directory: &Path) -> Result<(), EmbeddedError> {
    let metadata = std::fs::symlink_metadata(directory).map_err(EmbeddedError::io("look at", directory))?;
    let ours = metadata.uid() == nix::unistd::Uid::effective().as_raw();
    if ours && metadata.is_dir() && metadata.mode() & 0o022 == 0 {
        return Ok(());
    }
    Err(EmbeddedError::ForeignDirectory { path: directory.to_owned(), owner: metadata.uid() })
}
