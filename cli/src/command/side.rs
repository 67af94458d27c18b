//! The sides of a comparison, as they are named on the command line.

use std::path::{Path, PathBuf};

use schema_diff::draft::{Declaration, FromSide, from_migrations, from_sql};
use schema_diff::inspection::Inspection;
use schema_diff::migration::{LockFile, Migration};
use schema_diff::proof::{LiveHistory, Scratch};

use crate::failure::Failure;
use crate::project::{Project, sql_files};

/// A side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The structs of this project, or of the one at a path.
    Structs(Option<PathBuf>),
    /// A database; `embedded[:MAJOR]` too.
    Database(String),
    /// A SQL file, or the SQL files of a folder.
    Sql(PathBuf),
    /// What the committed migrations make of an empty database.
    Migrations,
    /// The lock file.
    Lock,
    /// Nothing.
    Empty,
}

impl Side {
    /// Reads a side's name.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        if let Some(path) = text.strip_prefix("structs:") {
            return Ok(Self::Structs(Some(PathBuf::from(path))));
        }
        Ok(match text {
            "structs" => Self::Structs(None),
            "migrations" => Self::Migrations,
            "lock" => Self::Lock,
            "empty" => Self::Empty,
            url if url.contains("://") || url == "embedded" || url.starts_with("embedded:") => {
                Self::Database(url.to_owned())
            }
            path if Path::new(path).exists() => Self::Sql(PathBuf::from(path)),
            other => {
                return Err(Failure::usage(format!(
                    "`{other}` is no side: give structs[:PATH], a database URL, embedded[:MAJOR], a .sql file or folder, migrations, lock, or empty"
                )));
            }
        })
    }

    /// Whether only what is managed counts when this is the side that is to be.
    pub(super) fn is_managed(&self) -> bool {
        matches!(self, Self::Structs(_) | Self::Migrations | Self::Lock)
    }
}

/// The sides that are neither live nor structs.
pub(super) async fn load(
    side: &Side,
    scratch: &mut Scratch,
    migrations: &[Migration],
    lock: &LockFile,
) -> Result<FromSide, Failure> {
    let mut loaded = match side {
        Side::Sql(path) => from_sql(scratch, &sql_files(path)?).await?,
        Side::Migrations => from_migrations(scratch, migrations).await?,
        Side::Lock => FromSide {
            inspection: Inspection { catalog: lock.catalog.clone(), ..Inspection::default() },
            ..FromSide::default()
        },
        Side::Empty | Side::Structs(_) | Side::Database(_) => FromSide::default(),
    };
    // Nothing is pending on a side that isn't live.
    loaded.history = LiveHistory::all_done(migrations);
    Ok(loaded)
}

/// The same as the side that is to be.
pub(super) fn declaration(side: FromSide, whole: bool) -> Declaration {
    Declaration { catalog: side.inspection.catalog, whole }
}

/// The SQL files that stand beside the structs.
pub(super) fn beside_the_structs(project: &Project) -> Result<Vec<(PathBuf, String)>, Failure> {
    match &project.config.sql {
        Some(folder) => sql_files(&project.root.join(folder)),
        None => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_told_apart() {
        for (text, side) in [
            ("structs", Side::Structs(None)),
            ("structs:../b", Side::Structs(Some("../b".into()))),
            ("embedded:14", Side::Database("embedded:14".into())),
            ("postgres://h/d", Side::Database("postgres://h/d".into())),
            ("empty", Side::Empty),
            ("src", Side::Sql("src".into())),
        ] {
            assert_eq!(Side::parse(text).expect("a side"), side);
        }
        assert!(Side::parse("nowhere.sql").is_err());
    }
}
