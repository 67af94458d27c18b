//! Where new structs go: the file, its module, and the crate that takes it in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schema_diff::model::declare::{CrateRoot, Declared};
use schema_diff::pull::Home;

use crate::failure::Failure;
use crate::project::{self, Project};

/// Where new structs go.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The file.
    pub(super) file: PathBuf,
    /// The folder that it lies in.
    pub(super) folder: PathBuf,
    /// The module's name.
    pub(super) module: String,
    /// The module's path.
    pub(super) home: Home,
}

impl Place {
    /// The place that `--output` names, relative to the package.
    pub(super) fn of(project: &Project, roots: &[CrateRoot], output: &Path) -> Result<Self, Failure> {
        let package = match packages(roots).as_slice() {
            [] => project.root.clone(),
            [one] => one.clone(),
            _ if output.is_absolute() => PathBuf::new(),
            many if many.contains(&project.root) => project.root.clone(),
            _ => {
                return Err(Failure::usage(
                    "there are several packages: say which with -p NAME, or name the file with --output and its whole path",
                ));
            }
        };
        let file = project::short(&package.join(output));
        let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
        let module = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let mut place = Self { folder, module, home: Home::default(), file };
        if let Some((library, modules)) = roots.iter().find_map(|root| place.modules_below(root)) {
            place.home = Home { library, modules };
        }
        Ok(place)
    }

    /// The module's path in a crate whose folder holds the file.
    fn modules_below(&self, root: &CrateRoot) -> Option<(Option<String>, Vec<String>)> {
        let inside = self.file.strip_prefix(root.file.parent()?).ok()?;
        let mut modules: Vec<String> =
            inside.parent()?.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if self.module != "mod" && self.file != root.file {
            modules.push(self.module.clone());
        }
        Some((root.library.clone(), modules))
    }

    /// The crate beside whose root the file lies; a library comes first.
    pub(super) fn root<'a>(&self, roots: &'a [CrateRoot]) -> Option<&'a CrateRoot> {
        let mut beside = roots.iter().filter(|root| root.file.parent() == Some(&self.folder) && root.file != self.file);
        let first = beside.next();
        first.filter(|root| root.library.is_some()).or_else(|| beside.find(|root| root.library.is_some())).or(first)
    }

    /// Whether declarations of the file were read.
    pub(super) fn is_read(&self, declared: &Declared) -> bool {
        declared.items.iter().any(|item| item.file == self.file)
    }

    /// Whether the file is a crate's root, or the crate beside whose root it lies says `mod` for it.
    pub(super) fn is_in_root(&self, roots: &[CrateRoot]) -> Result<bool, Failure> {
        if roots.iter().any(|root| root.file == self.file) {
            return Ok(true);
        }
        let Some(root) = self.root(roots) else { return Ok(false) };
        let text = read(&root.file)?.unwrap_or_default();
        Ok(text.contains(&format!("mod {};", self.module)))
    }

    /// The file as people see it.
    pub(super) fn shown(&self) -> String {
        self.file.display().to_string()
    }
}

/// The folders of the packages that the crates belong to.
fn packages(roots: &[CrateRoot]) -> Vec<PathBuf> {
    let with_manifest = |file: &Path| {
        let whole = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
        whole.ancestors().skip(1).find(|folder| folder.join("Cargo.toml").is_file()).map(Path::to_path_buf)
    };
    let mut packages: Vec<PathBuf> = roots.iter().filter_map(|root| with_manifest(&root.file)).collect();
    packages.sort();
    packages.dedup();
    packages
}

/// What a file holds, if it is there.
pub(super) fn read(path: &Path) -> Result<Option<String>, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::error(format!("{}: {error}", path.display()))),
    }
}

/// Writes files.
pub(super) fn write(files: &BTreeMap<PathBuf, (Option<String>, String)>) -> Result<(), Failure> {
    files.iter().try_for_each(|(path, (_, text))| write_one(path, text))
}

/// Writes a file, and the folder for it.
pub(super) fn write_one(path: &Path, text: &str) -> Result<(), Failure> {
    let failure = |path: &Path, error: std::io::Error| Failure::error(format!("{}: {error}", path.display()));
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|error| failure(parent, error))?;
    }
    std::fs::write(path, text).map_err(|error| failure(path, error))
}
