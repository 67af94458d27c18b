//! The folder of migrations.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use schema_model::QualifiedName;

use super::manifest::Manifest;
use super::parse::{FormatError, parse};
use super::script_files::ScriptFiles;
use crate::phase::{Part, Phase};
use crate::statement::{Body, ScriptStep};

/// A version: the time at which the migration was written, in UTC, as `YYYYMMDDHHMMSS`.
pub type Version = i64;

/// A migration as it stands in its folder.
#[derive(Clone, Debug)]
pub struct Migration {
    /// Its version.
    pub version: Version,
    /// The rest of the folder's name.
    pub name: String,
    /// The folder.
    pub path: PathBuf,
    /// What it touches.
    pub manifest: Manifest,
    /// Its steps on the way forward, in order.
    pub steps: Vec<ScriptStep>,
    /// The steps of the way back.
    pub undo: Vec<ScriptStep>,
    /// Its SQL files, as they were read.
    pub files: ScriptFiles,
    /// The checksum over them.
    pub checksum: String,
}

/// Why migrations could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A mistake in a file.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A mistake in a manifest.
    #[error("{path}: {message}")]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// Two folders with one version.
    #[error("{first} and {second} have the same version: give one of them another number")]
    SameVersion {
        /// One folder.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
}

impl Migration {
    /// Whether it has a contract, so that it stays open until that is done.
    pub fn has_contract(&self) -> bool {
        self.steps.iter().any(|step| step.phase == Phase::Contract)
    }

    /// The steps of a phase.
    pub fn phase(&self, phase: Phase) -> impl Iterator<Item = &ScriptStep> {
        self.steps.iter().filter(move |step| step.phase == phase)
    }

    /// The queries that must give 0 before the contract.
    pub fn gates(&self) -> impl Iterator<Item = &ScriptStep> {
        self.steps.iter().filter(|step| matches!(step.body, Body::Gate(_)))
    }

    /// The steps of a part of the contract.
    pub fn part(&self, part: Part) -> impl Iterator<Item = &ScriptStep> {
        self.steps.iter().filter(move |step| step.part == Some(part))
    }

    /// The step after which the old form is gone, or set aside.
    pub fn switch(&self) -> Option<&ScriptStep> {
        self.part(Part::Switch).find(|step| step.is_work())
    }

    /// The step that one of the way back undoes, or a part of whose way back it is. A hand-written one names none.
    pub fn undone_by(&self, undo: &ScriptStep) -> Option<&ScriptStep> {
        let title = undo.title.strip_prefix("undo: ")?;
        let is_part = |step: &&ScriptStep| title.strip_prefix(&step.title).is_some_and(|rest| rest.starts_with(": "));
        self.steps.iter().find(|step| step.title == title).or_else(|| self.steps.iter().find(is_part))
    }

    /// Whether its switch only sets aside what goes, so that there is a way back until the grace time is over.
    pub fn sets_aside(&self) -> bool {
        self.part(Part::Grace).next().is_some()
    }

    /// The tables of the switch and of what goes when the grace time is over, under the names that they have meanwhile.
    pub fn tables_aside(&self) -> impl Iterator<Item = &QualifiedName> {
        let steps = self.part(Part::Switch).chain(self.part(Part::Grace));
        steps.flat_map(|step| &step.locks).map(|lock| &lock.table)
    }

    /// The folder's name.
    pub fn folder_name(&self) -> String {
        format!("{}_{}", self.version, self.name)
    }

    /// The file of a phase.
    pub fn file(&self, phase: Phase) -> PathBuf {
        self.path.join(phase.file_name())
    }
}

/// Reads every migration of a folder that can be read, by version, and says what is wrong with the others.
pub fn load_each(directory: &Path) -> (Vec<Migration>, Vec<MigrationError>) {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir() && version_and_name(path).is_some()).collect();
    folders.sort();
    let (mut migrations, mut errors) = (Vec::new(), Vec::new());
    for folder in folders {
        match load_one(&folder) {
            Ok(migration) => migrations.push(migration),
            Err(error) => errors.push(error),
        }
    }
    match in_order(migrations.clone()) {
        Ok(sorted) => migrations = sorted,
        Err(error) => errors.push(error),
    }
    (migrations, errors)
}

/// Reads every migration of a folder, by version. A folder that isn't there holds none.
pub fn load(directory: &Path) -> Result<Vec<Migration>, MigrationError> {
    let io = |source| MigrationError::Io { path: directory.to_owned(), source };
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io(error)),
    };
    let mut migrations = Vec::new();
    for entry in entries {
        let path = entry.map_err(io)?.path();
        if path.is_dir() && version_and_name(&path).is_some() {
            migrations.push(load_one(&path)?);
        }
    }
    in_order(migrations)
}

/// By version; two of one version are an error.
pub(crate) fn in_order(mut migrations: Vec<Migration>) -> Result<Vec<Migration>, MigrationError> {
    migrations.sort_by_key(|migration| migration.version);
    for pair in migrations.windows(2) {
        if pair[0].version == pair[1].version {
            return Err(MigrationError::SameVersion { first: pair[0].path.clone(), second: pair[1].path.clone() });
        }
    }
    Ok(migrations)
}

/// Reads one migration's folder.
pub fn load_one(path: &Path) -> Result<Migration, MigrationError> {
    assemble(path, &|file| if file.exists() { read(file).map(Some) } else { Ok(None) })
}

/// Puts a migration together from the texts of its files, wherever they come from.
pub(super) fn assemble(
    path: &Path,
    text: &dyn Fn(&Path) -> Result<Option<String>, MigrationError>,
) -> Result<Migration, MigrationError> {
    let (version, name) = version_and_name(path).ok_or_else(|| MigrationError::Manifest {
        path: path.to_owned(),
        message: "the folder's name must be VERSION_NAME with a number first".to_owned(),
    })?;
    let manifest_path = path.join(MANIFEST);
    let manifest = text(&manifest_path)?.ok_or_else(|| MigrationError::Io {
        path: manifest_path.clone(),
        source: std::io::ErrorKind::NotFound.into(),
    })?;
    let manifest = toml::from_str(&manifest)
        .map_err(|error| MigrationError::Manifest { path: manifest_path, message: error.message().to_owned() })?;
    let phases = || Phase::ALL.into_iter().chain([Phase::Undo]);
    let files = phases().map(|phase| {
        let name = phase.file_name();
        Ok((name.to_owned(), text(&path.join(name))?.unwrap_or_default()))
    });
    let files: ScriptFiles = files.collect::<Result<_, MigrationError>>()?;
    let mut steps = Vec::new();
    for phase in phases() {
        let file = path.join(phase.file_name());
        steps.push(parse(&file.display().to_string(), phase, files.text(phase.file_name()))?);
    }
    let undo = steps.pop().unwrap_or_default();
    let checksum = files.checksum();
    Ok(Migration { version, name, path: path.to_owned(), manifest, steps: steps.concat(), undo, files, checksum })
}

fn read(path: &Path) -> Result<String, MigrationError> {
    std::fs::read_to_string(path).map_err(|source| MigrationError::Io { path: path.to_owned(), source })
}

fn version_and_name(path: &Path) -> Option<(Version, String)> {
    let folder = path.file_name()?.to_str()?;
    let (version, name) = folder.split_once('_')?;
    Some((version.parse().ok()?, name.to_owned()))
}

/// Writes a migration's folder: under another name first, so that it is there whole or not at all.
#[cfg(feature = "full")]
pub fn save(migration: &Migration) -> Result<(), MigrationError> {
    use super::write::write;
    let path = &migration.path;
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| MigrationError::Io { path, source }
    };
    let beside = path.with_file_name(format!(".{}.new", migration.folder_name()));
    if beside.exists() {
        std::fs::remove_dir_all(&beside).map_err(io(&beside))?;
    }
    std::fs::create_dir_all(&beside).map_err(io(&beside))?;
    let mut files = vec![(MANIFEST, manifest_text(path, &migration.manifest)?)];
    for phase in Phase::ALL {
        let steps: Vec<ScriptStep> = migration.phase(phase).cloned().collect();
        files.push((phase.file_name(), write(&steps)));
    }
    files.push((Phase::Undo.file_name(), write(&migration.undo)));
    for (name, text) in files.into_iter().filter(|(_, text)| !text.is_empty()) {
        let file = beside.join(name);
        std::fs::write(&file, text).map_err(io(&file))?;
    }
    std::fs::rename(&beside, path).map_err(io(path))
}

/// Writes a manifest anew, and leaves the SQL as it is.
#[cfg(feature = "full")]
pub fn save_manifest(path: &Path, manifest: &Manifest) -> Result<(), MigrationError> {
    let file = path.join(MANIFEST);
    let beside = path.join("migration.toml.new");
    let io = |source| MigrationError::Io { path: file.clone(), source };
    std::fs::write(&beside, manifest_text(path, manifest)?).map_err(io)?;
    std::fs::rename(&beside, &file).map_err(io)
}

/// Writes an empty migration for hand-written SQL; gives its folder.
#[cfg(feature = "full")]
pub fn new_migration(directory: &Path, version: Version, name: &str) -> Result<PathBuf, MigrationError> {
    let word: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let path = directory.join(format!("{version}_{word}"));
    let io = |source| MigrationError::Io { path: path.clone(), source };
    std::fs::create_dir_all(&path).map_err(io)?;
    let manifest = Manifest { changes: vec![name.to_owned()], ..Manifest::default() };
    std::fs::write(path.join(MANIFEST), manifest_text(&path, &manifest)?).map_err(io)?;
    std::fs::write(path.join(Phase::Expand.file_name()), TEMPLATE).map_err(io)?;
    Ok(path)
}

/// What stands in an empty migration.
#[cfg(feature = "full")]
const TEMPLATE: &str = include_str!("template.sql");

const MANIFEST: &str = "migration.toml";

#[cfg(feature = "full")]
fn manifest_text(path: &Path, manifest: &Manifest) -> Result<String, MigrationError> {
    toml::to_string(manifest)
        .map_err(|error| MigrationError::Manifest { path: path.to_owned(), message: error.to_string() })
}

/// The version for a migration that is written now, later than all that are there.
pub fn new_version(existing: &[Migration]) -> Version {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    let now = civil_time(seconds);
    let last = existing.iter().map(|migration| migration.version).max().unwrap_or(0);
    now.max(last + 1)
}

/// `YYYYMMDDHHMMSS` of seconds since 1970, UTC; the days by Howard Hinnant's `civil_from_days`.
fn civil_time(seconds: u64) -> Version {
    let (days, rest) = ((seconds / 86_400) as i64, (seconds % 86_400) as i64);
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    ((year * 100 + month) * 100 + day) * 1_000_000 + rest / 3_600 * 10_000 + rest / 60 % 60 * 100 + rest % 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_versions() {
        assert_eq!(civil_time(0), 19_700_101_000_000);
        assert_eq!(civil_time(951_827_696), 20_000_229_123_456);
    }
}
