//! A migration whose files were put into the program when it was compiled.

use std::path::Path;

use super::directory::{Migration, MigrationError, assemble};

/// The files of one migration's folder, as `schema_diff::migrations!` embeds them.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedMigration {
    /// The folder, as errors name it: relative to the package.
    pub path: &'static str,
    /// Each file's name and text.
    pub files: &'static [(&'static str, &'static str)],
}

impl EmbeddedMigration {
    /// Reads the texts, as [`super::load_one`] reads a folder.
    pub fn parse(&self) -> Result<Migration, MigrationError> {
        let text = |wanted: &Path| {
            let file = self.files.iter().find(|(name, _)| wanted.file_name().is_some_and(|file| file == *name));
            Ok(file.map(|(_, text)| (*text).to_owned()))
        };
        assemble(Path::new(self.path), &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_reads_like_the_folder() {
        let embedded = EmbeddedMigration {
            path: "migrations/7_seven",
            files: &[("migration.toml", "changes = []"), ("1_expand.sql", "--! step 1: one\nSELECT 1;\n")],
        };
        let migration = embedded.parse().expect("a sound migration");
        assert_eq!((migration.version, migration.name.as_str(), migration.steps.len()), (7, "seven", 1));
        let bare = EmbeddedMigration { path: "migrations/7_seven", files: &[] };
        assert!(bare.parse().is_err(), "a folder without a manifest is no migration");
    }
}
