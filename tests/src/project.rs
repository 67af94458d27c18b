//! A project in a temporary folder, driven by the command line alone.

use std::path::{Path, PathBuf};

use crate::{CargoSchema, Database, Outcome};
use tempfile::TempDir;

/// A project with one crate, set up by `init`.
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// An empty one.
    ///
    /// # Panics
    /// If it can't be made.
    #[expect(clippy::new_without_default, reason = "it makes files")]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let manifest = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n";
        std::fs::write(folder.path().join("Cargo.toml"), manifest).expect("a manifest");
        std::fs::create_dir(folder.path().join("src")).expect("a folder");
        let project = Self { folder };
        project.set_source("");
        CargoSchema::in_directory(project.path()).run(&["init"]).expect_code(0);
        project
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes `src/lib.rs`.
    ///
    /// # Panics
    /// If it can't be written.
    pub fn set_source(&self, text: &str) {
        std::fs::write(self.path().join("src/lib.rs"), text).expect("the source");
    }

    /// Writes what is declared as SQL beside the structs.
    ///
    /// # Panics
    /// If the files can't be written.
    pub fn set_objects(&self, text: &str) {
        let (toml, folder) = (self.path().join("schema.toml"), self.path().join("sql"));
        let settings = std::fs::read_to_string(&toml).expect("init wrote it");
        std::fs::write(&toml, settings.replace("# sql = ", "sql = ")).expect("the file");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("objects.sql"), text).expect("a file");
    }

    /// Runs the command line on a database. Where its server is one for all tests, it is the scratch server too: a start
    /// for each plan would take longer than the plan.
    pub fn run(&self, database: &Database, arguments: &[&str]) -> Outcome {
        let program = CargoSchema::in_directory(self.path()).database(&database.url);
        match database.server().administration() {
            Some(url) => program.env("SCRATCH_DATABASE_URL", url).run(arguments),
            None => program.run(arguments),
        }
    }

    /// The folders of migrations, the oldest first.
    ///
    /// # Panics
    /// If the folder can't be read.
    pub fn migrations(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.path().join("migrations")).expect("the folder of migrations");
        let mut folders: Vec<PathBuf> =
            entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
        folders.sort();
        folders
    }
}
