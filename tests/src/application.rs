//! A small application with its database, driven by the command line alone while everything else goes on.

use std::path::{Path, PathBuf};

use crate::{CargoSchema, Outcome, Project, Running};

/// A project of one crate, and the database that it is for.
pub struct Application {
    project: Project,
    schema: CargoSchema,
}

impl Application {
    /// Writes the crate. The source gets `use schema_diff::Schema;`.
    pub async fn new(source: &str, url: &str) -> Self {
        let project = tokio::task::spawn_blocking(Project::new).await.expect("no panic");
        let schema = CargoSchema::in_directory(project.path()).database(url);
        let application = Self { project, schema };
        application.source(source);
        application
    }

    /// The same with its first migration written and applied.
    pub async fn applied(source: &str, url: &str) -> Self {
        let application = Self::new(source, url).await;
        application.run(&["diff", "--write"]).await.expect_code(0);
        application.run(&["apply"]).await.expect_code(0);
        application
    }

    /// Replaces the source.
    pub fn source(&self, source: &str) {
        self.project.set_source(&format!("//! An application.\n\nuse schema_diff::Schema;\n\n{source}"));
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

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.project.path()
    }

    /// The folders of migrations, the oldest first.
    pub fn migrations(&self) -> Vec<PathBuf> {
        self.project.migrations()
    }

    /// The folder of the newest migration.
    ///
    /// # Panics
    /// If there is none.
    pub fn newest_migration(&self) -> PathBuf {
        self.project.migrations().pop().expect("a migration")
    }
}

/// Waits for the program while everything else goes on.
pub async fn finish(running: Running) -> Outcome {
    tokio::task::spawn_blocking(move || running.wait()).await.expect("no panic")
}
