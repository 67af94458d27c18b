//! `schema.toml`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::failure::Failure;

/// What a project says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) struct Config {
    /// The folder of migrations, relative to this file.
    pub(crate) migrations: Option<String>,
    /// The database, where neither flag nor environment names one.
    pub(crate) database_url: Option<String>,
    /// The way past a pooler.
    pub(crate) direct_url: Option<String>,
    /// The scratch server for proofs.
    pub(crate) scratch_url: Option<String>,
    /// Strategies that are remembered, by object.
    #[serde(default)]
    pub(crate) strategy: BTreeMap<String, String>,
}

impl Config {
    /// Reads the file; one that isn't there says nothing.
    pub(crate) fn load(path: &Path) -> Result<Self, Failure> {
        match std::fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text).map_err(|error| {
                let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
                Failure::error(format!("{}:{line}: {}", path.display(), error.message()))
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Failure::error(format!("{}: {error}", path.display()))),
        }
    }
}

/// What `init` writes.
pub(crate) fn initial(migrations: &str) -> String {
    format!(
        "# cargo schema. Paths are relative to this file.\n\
         migrations = \"{migrations}\"\n\
         \n\
         # The database where neither -D, DATABASE_URL nor .env names one; \"embedded\" is this workspace's own server.\n\
         # database_url = \"embedded\"\n\
         \n\
         # Answers that are remembered, as after --strategy.\n\
         # [strategy]\n\
         # orders = \"silent\"\n"
    )
}
