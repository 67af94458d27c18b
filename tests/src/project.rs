//! A small crate in a temporary folder, driven by the command line alone.

use std::path::{Path, PathBuf};

use crate::{CargoSchema, Outcome, Running, build};

/// A crate with one source file, and the database that it is for.
#[derive(Debug)]
pub struct Project {
    folder: tempfile::TempDir,
    schema: CargoSchema,
}

impl Project {
    /// Writes the crate and sets it up by `cargo schema init`. The source gets `use schema_diff::Schema;`.
    pub async fn new(source: &str, url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let library = build::workspace().join("schema-diff");
        let manifest = format!(
            "[package]\nname = \"app\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\nschema-diff = {{ path = {library:?} }}\n"
        );
        std::fs::write(folder.path().join("Cargo.toml"), manifest).expect("a file");
        std::fs::create_dir(folder.path().join("src")).expect("a folder");
        let schema = CargoSchema::in_directory(folder.path()).database(url);
        let project = Self { folder, schema };
        project.source(source);
        project.run(&["init"]).await.expect_code(0);
        project
    }

    /// The same with its first migration written and applied.
    pub async fn applied(source: &str, url: &str) -> Self {
        let project = Self::new(source, url).await;
        project.run(&["diff", "--write"]).await.expect_code(0);
        project.run(&["apply"]).await.expect_code(0);
        project
    }

    /// Replaces the source.
    pub fn source(&self, source: &str) {
        let text = format!("//! An application.\n\nuse schema_diff::Schema;\n\n{source}");
        std::fs::write(self.folder.path().join("src/lib.rs"), text).expect("a file");
    }

    /// Replaces the source and writes the migration that leads to it.
    pub async fn migrate_to(&self, source: &str, flags: &[&str]) -> Outcome {
        self.source(source);
        self.run(&[&["diff", "--write"], flags].concat()).await.expect_code(0)
    }

    /// Runs `cargo schema` to its end.
    pub async fn run(&self, arguments: &[&str]) -> Outcome {
        finish(self.spawn(arguments)).await
    }

    /// Starts `cargo schema`.
    pub fn spawn(&self, arguments: &[&str]) -> Running {
        self.schema.spawn(arguments)
    }

    /// Its command line.
    pub fn schema(&self) -> &CargoSchema {
        &self.schema
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the newest migration.
    ///
    /// # Panics
    /// If there is none.
    pub fn newest_migration(&self) -> PathBuf {
        let entries = std::fs::read_dir(self.path().join("migrations")).expect("the folder of migrations");
        let folders = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
        folders.max().expect("a migration")
    }
}

/// Waits for the program while everything else goes on.
pub async fn finish(running: Running) -> Outcome {
    tokio::task::spawn_blocking(move || running.wait()).await.expect("no panic")
}
