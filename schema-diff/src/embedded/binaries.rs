//! Finding initdb and postgres of the wanted version.

use std::path::{Path, PathBuf};

use super::account::Account;
use super::progress::Progress;
use super::store::Store;
use super::{EmbeddedError, Major, fetch};

/// The programs of one installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    directory: PathBuf,
    version: String,
    major: Major,
}

impl Binaries {
    /// Takes what is on the machine, else what was fetched before, else fetches.
    ///
    /// # Errors
    /// [`EmbeddedError::NoBinaries`] if nothing is found and fetching fails.
    pub async fn obtain(major: Major, progress: &Progress) -> Result<Self, EmbeddedError> {
        Self::obtain_in(&Store::open()?, major, progress).await
    }

    pub(super) async fn obtain_in(store: &Store, major: Major, progress: &Progress) -> Result<Self, EmbeddedError> {
        let usual = usual_places(major);
        let mut places = path().into_iter().chain(usual.iter().map(PathBuf::from));
        if let Some(found) = places.find_map(|place| Self::in_directory(&place, major, &store.account)) {
            return Ok(found);
        }
        if let Some(found) = Self::fetched(store, major)? {
            return Ok(found);
        }
        fetch::fetch(store, major, &format!("PATH, {}", usual.join(", ")), progress).await
    }

    /// The newest minor version of `major` that was fetched before.
    pub(super) fn fetched(store: &Store, major: Major) -> Result<Option<Self>, EmbeddedError> {
        let root = store.binaries()?;
        let entries = std::fs::read_dir(&root).map_err(EmbeddedError::io("read", &root))?;
        let mut versions: Vec<(Vec<u32>, PathBuf)> = entries
            .filter_map(Result::ok)
            .filter_map(|entry| Some((version_numbers(entry.file_name().to_str()?)?, entry.path())))
            .filter(|(numbers, _)| numbers.first() == Some(&u32::from(major.number())))
            .collect();
        versions.sort();
        let mut newest_first = versions.into_iter().rev().map(|(_, path)| path.join("bin"));
        Ok(newest_first.find_map(|bin| Self::in_directory(&bin, major, &store.account)))
    }

    /// The installation in one `bin` directory, if it is complete, of the wanted version, and if the server's user
    /// can run it.
    fn in_directory(directory: &Path, major: Major, account: &Account) -> Option<Self> {
        // Distributions link from /usr/bin into the real directory, beside which the server looks for its files.
        let postgres = directory.join("postgres").canonicalize().ok()?;
        let directory = postgres.parent()?.to_owned();
        if !directory.join("initdb").is_file() {
            return None;
        }
        let output = account.command(&postgres, Path::new("/")).arg("--version").output().ok()?;
        let version = parse_version(&String::from_utf8_lossy(&output.stdout))?;
        let found = version.split(|c: char| !c.is_ascii_digit()).next()?.parse::<Major>().ok()?;
        (found == major).then_some(Self { directory, version, major })
    }

    /// The directory that holds the programs.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The major version.
    pub fn major(&self) -> Major {
        self.major
    }

    /// The exact version, as in "18.6".
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The full path of one program.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

/// The directories that the user's shell searches.
fn path() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).filter(|entry| entry.is_absolute()).collect()
}

/// Where distributions and package managers put an installation.
fn usual_places(major: Major) -> [String; 8] {
    [
        format!("/usr/lib/postgresql/{major}/bin"),
        format!("/usr/lib/postgresql{major}/bin"),
        format!("/usr/libexec/postgresql{major}"),
        format!("/usr/pgsql-{major}/bin"),
        format!("/opt/homebrew/opt/postgresql@{major}/bin"),
        format!("/usr/local/opt/postgresql@{major}/bin"),
        format!("/Applications/Postgres.app/Contents/Versions/{major}/bin"),
        "/usr/local/pgsql/bin".to_owned(),
    ]
}

/// "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" → "15.18"; "19beta1" stays as it is.
fn parse_version(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("(PostgreSQL)")?;
    rest.split_whitespace().next().map(str::to_owned)
}

/// "18.6.0" → [18, 6, 0]; nothing for the names of files that are no versions.
fn version_numbers(name: &str) -> Option<Vec<u32>> {
    name.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_ordered_as_numbers() {
        let line = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
        assert_eq!(parse_version(line).as_deref(), Some("15.18"));
        assert_eq!(parse_version("postgres (PostgreSQL) 18.6").as_deref(), Some("18.6"));
        assert_eq!(parse_version("something else"), None);
        assert!(version_numbers("18.10.0") > version_numbers("18.6.0"));
        assert_eq!(version_numbers(".fetching-1"), None);
    }
}
