//! `schema.lock`: the canonical catalog after the last migration.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schema_model::Catalog;
use serde::{Deserialize, Serialize};

/// The locked catalog. Each expression has its declared text and the server's form, each column the Rust type that
/// its struct had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockFile {
    /// Objects that a baseline found and no struct declares, by their keys: never a difference, never dropped.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub undeclared: BTreeSet<String>,
    /// Tables and types.
    #[serde(default)]
    pub catalog: Catalog,
}

/// Why a lock file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The text isn't a lock file.
    #[error(
        "{path} can't be read: {message}; if a merge left conflict marks there, resolve them, then run `cargo schema diff`"
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
}

const HEAD: &str = "# Written by cargo schema: the catalog after the last migration. Commit it; don't edit it.\n\n";

impl LockFile {
    /// Reads the file; one that isn't there is empty.
    pub fn load(path: &Path) -> Result<Self, LockError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(LockError::Io { path: path.to_owned(), source }),
        };
        toml::from_str(&text)
            .map_err(|error| LockError::Format { path: path.to_owned(), message: error.message().to_owned() })
    }

    /// What stands in the file.
    ///
    /// # Errors
    ///
    /// The serialiser's words, where something can't be written as TOML.
    pub fn text(&self) -> Result<String, String> {
        toml::to_string(&self.sorted()).map(|text| format!("{HEAD}{text}")).map_err(|error| error.to_string())
    }

    /// The same with everything sorted by name, as it stands in the file.
    #[must_use]
    pub fn sorted(&self) -> Self {
        let mut sorted = self.clone();
        for table in sorted.catalog.tables_mut() {
            table.columns.sort_by(|a, b| a.name.cmp(&b.name));
            table.uniques.sort_by(|a, b| a.name.cmp(&b.name));
            table.checks.sort_by(|a, b| a.name.cmp(&b.name));
            table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
            table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        }
        sorted
    }

    /// Writes the file, sorted, so that two branches merge well; it is replaced whole or not at all.
    pub fn save(&self, path: &Path) -> Result<(), LockError> {
        let io = |source| LockError::Io { path: path.to_owned(), source };
        let text = self.text().map_err(|message| LockError::Format { path: path.to_owned(), message })?;
        let beside = path.with_extension("lock.new");
        std::fs::write(&beside, text).map_err(io)?;
        std::fs::rename(&beside, path).map_err(io)
    }
}
