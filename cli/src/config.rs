//! `schema.toml`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use schema_diff::apply::DEFAULT_GRACE;
use serde::Deserialize;

use crate::failure::Failure;
use crate::grace;

/// What a project says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) struct Config {
    /// The folder of migrations, relative to this file.
    pub(crate) migrations: Option<String>,
    /// The folder of SQL files that declare views, functions, triggers and everything else that no struct describes.
    pub(crate) sql: Option<String>,
    /// The folders of SQL files that hold queries of the application.
    #[serde(default)]
    pub(crate) queries: Vec<String>,
    /// The database, where neither flag nor environment names one.
    pub(crate) database_url: Option<String>,
    /// The way past a pooler.
    pub(crate) direct_url: Option<String>,
    /// The scratch server for proofs.
    pub(crate) scratch_url: Option<String>,
    /// How long what the contract sets aside can be brought back.
    pub(crate) grace: Option<String>,
    /// How long the contract waits after a confirmation.
    pub(crate) quiet: Option<String>,
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

impl Config {
    /// How long what the contract sets aside can be brought back.
    pub(crate) fn grace(&self) -> Result<Duration, Failure> {
        span("grace", self.grace.as_ref(), DEFAULT_GRACE)
    }

    /// How long the contract waits after a confirmation.
    pub(crate) fn quiet(&self) -> Result<Duration, Failure> {
        span("quiet", self.quiet.as_ref(), Duration::ZERO)
    }
}

fn span(key: &str, text: Option<&String>, default: Duration) -> Result<Duration, Failure> {
    let parse = |text: &String| grace::parse(text).map_err(|why| Failure::error(format!("schema.toml: {key}: {why}")));
    text.map_or(Ok(default), parse)
}

/// Remembers strategies that were asked for, and leaves the rest of the file as people wrote it.
pub(crate) fn remember(path: &Path, strategies: &BTreeMap<String, String>) -> Result<(), Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::error(format!("{}: {error}", path.display()));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failure(&error)),
    };
    let mut document: toml_edit::DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| failure(&error))?;
    for (object, strategy) in strategies {
        document["strategy"][object] = toml_edit::value(strategy);
    }
    if let Some(table) = document["strategy"].as_table_mut() {
        table.set_implicit(false);
    }
    let changed = document.to_string();
    if changed == text { Ok(()) } else { std::fs::write(path, changed).map_err(|error| failure(&error)) }
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
         # A server of the target's version for proofs, on which databases may be made and dropped; else one is started.\n\
         # scratch_url = \"postgres://localhost/postgres\"\n\
         \n\
         # A folder of SQL files that declare views, functions, triggers and policies beside the structs.\n\
         # sql = \"sql\"\n\
         \n\
         # Folders of SQL files with queries of the application, which `compat` tries beside those of the source.\n\
         # queries = [\"queries\"]\n\
         \n\
         # How long what a contract sets aside (--strategy OBJECT=grace) can be brought back.\n\
         # grace = \"7d\"\n\
         \n\
         # How long a contract waits after `confirm`, so that jobs which run rarely are seen too.\n\
         # quiet = \"1d\"\n\
         \n\
         # Answers that are remembered, as after --strategy.\n\
         # [strategy]\n\
         # orders = \"silent\"\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strategies_are_remembered_beside_what_people_wrote() {
        let folder = std::env::temp_dir().join(format!("schema-toml-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let file = folder.join("schema.toml");
        std::fs::write(&file, initial("migrations")).expect("a file");
        remember(&file, &BTreeMap::from([("orders".to_owned(), "silent".to_owned())])).expect("it is written");
        let text = std::fs::read_to_string(&file).expect("the file");
        assert!(text.starts_with("# cargo schema."), "{text}");
        let config = Config::load(&file).expect("it can be read");
        assert_eq!(config.strategy.get("orders").map(String::as_str), Some("silent"));
        std::fs::remove_dir_all(&folder).expect("our own folder");
    }
}
