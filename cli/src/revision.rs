//! The project at another revision: its files in a temporary folder, read by git. Neither the working tree nor the index
//! is touched.

use std::path::{Path, PathBuf};
use std::process::Command;

use schema_diff::model::Position;
use schema_diff::release::Release;
use tempfile::TempDir;

use crate::args::Global;
use crate::config::Config;
use crate::failure::Failure;
use crate::project::{Project, short};

/// The files of a revision.
pub(crate) struct Revision {
    folder: TempDir,
    /// The root of the repository.
    top: PathBuf,
    project: Project,
    global: Global,
}

impl Revision {
    /// Takes the files out.
    pub(crate) fn check_out(project: &Project, global: &Global, revision: &str) -> Result<Self, Failure> {
        let top = PathBuf::from(git(&project.root, &[], &["rev-parse", "--show-toplevel"])?);
        let commit = format!("{revision}^{{commit}}");
        let commit = git(&project.root, &[], &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]);
        let commit = commit.map_err(|_| {
            Failure::usage(format!(
                "`{revision}` is no revision of this repository: name a tag, a branch or a commit; in a shallow clone fetch it first, with `git fetch --depth 1 origin tag {revision}`"
            ))
        })?;
        let failure = |error: std::io::Error| Failure::error(format!("no temporary folder: {error}"));
        let folder = tempfile::tempdir().map_err(failure)?;
        let index = folder.path().join("index");
        let files = folder.path().join("files");
        std::fs::create_dir(&files).map_err(failure)?;
        let environment = [("GIT_INDEX_FILE", index.as_path())];
        git(&top, &environment, &["read-tree", &commit])?;
        let prefix = format!("--prefix={}/", files.display());
        git(&top, &environment, &["checkout-index", "--all", &prefix])?;
        let files = files.canonicalize().map_err(failure)?;
        let inside = |path: &Path| path.strip_prefix(&top).map_or_else(|_| files.clone(), |inside| files.join(inside));
        let root = inside(&project.root);
        let manifest_path = match &global.manifest_path {
            Some(path) => {
                let path = path.canonicalize();
                Some(inside(&path.map_err(|error| Failure::usage(format!("--manifest-path: {error}")))?))
            }
            None => None,
        };
        let config = Config::load(&root.join("schema.toml"))?;
        let project = Project { root, config, is_set_up: project.is_set_up };
        Ok(Self { folder, top, project, global: Global { manifest_path, ..global.clone() } })
    }

    /// The migrations' versions that it has.
    pub(crate) fn has_migration(&self, folder: &str) -> bool {
        self.project.migrations_directory().join(folder).is_dir()
    }

    /// Its queries, at the places where the files lie in the working tree.
    pub(crate) fn release(&self, name: &str) -> Result<Release, Failure> {
        let mut release = self.project.release(&self.global, name)?;
        release.queries.iter_mut().for_each(|query| self.relocate(&mut query.position));
        release.unread.iter_mut().for_each(|unread| self.relocate(&mut unread.position));
        Ok(release)
    }

    fn relocate(&self, position: &mut Position) {
        let files = self.folder.path().canonicalize().map(|folder| folder.join("files"));
        let file = Path::new(&position.file);
        if let Some(inside) = files.ok().and_then(|files| file.strip_prefix(files).ok()) {
            position.file = short(&self.top.join(inside)).display().to_string();
        }
    }
}

/// What git prints.
fn git(folder: &Path, environment: &[(&str, &Path)], arguments: &[&str]) -> Result<String, Failure> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).envs(environment.iter().map(|(name, value)| (name, value)));
    let output = command.output().map_err(|error| {
        Failure::error(format!(
            "git can't be run, which --release-ref needs: {error}; install it, or leave the flag out"
        ))
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::error(format!("git {}: {}", arguments.first().unwrap_or(&""), said.trim())))
}
