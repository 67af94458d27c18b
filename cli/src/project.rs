//! The project: where it lies, its configuration, and the crates whose structs are read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand, Package, PackageId, Target};
use schema_diff::migration::{LockFile, Migration, load};
use schema_diff::model::declare::{CrateRoot, Declared, literals, queries, read};
use schema_diff::plan::source::SourceFacts;
use schema_diff::proof::ScratchChoice;
use schema_diff::release::{Release, read_offline};

use crate::args::Global;
use crate::compiled;
use crate::config::Config;
use crate::failure::Failure;

/// A project on disk.
pub(crate) struct Project {
    /// The folder of schema.toml, else of Cargo.toml.
    pub(crate) root: PathBuf,
    /// What schema.toml says.
    pub(crate) config: Config,
    /// Whether there is a schema.toml.
    pub(crate) is_set_up: bool,
}

impl Project {
    /// Where plans are proven: on the server that a flag names, else on the one of the environment, else on the one of
    /// the configuration, else on our own.
    pub(crate) fn scratch_choice(&self, flag: Option<&str>) -> ScratchChoice {
        let named = flag.map(str::to_owned);
        let named = named.or_else(|| std::env::var("SCRATCH_DATABASE_URL").ok().filter(|url| !url.is_empty()));
        match named.or_else(|| self.config.scratch_url.clone()) {
            Some(url) => ScratchChoice::Url(url),
            None => ScratchChoice::Embedded,
        }
    }

    /// Looks upwards from the working directory, or from the manifest that was named.
    pub(crate) fn find(global: &Global) -> Result<Self, Failure> {
        let start = match &global.manifest_path {
            Some(manifest) => manifest.parent().map_or_else(PathBuf::new, Path::to_path_buf),
            None => {
                std::env::current_dir().map_err(|error| Failure::error(format!("no working directory: {error}")))?
            }
        };
        let start = start.canonicalize().map_err(|error| Failure::usage(format!("{}: {error}", start.display())))?;
        let holding = |file: &str| start.ancestors().find(|folder| folder.join(file).is_file()).map(Path::to_path_buf);
        let root = holding("schema.toml").or_else(|| holding("Cargo.toml")).unwrap_or(start);
        let file = root.join("schema.toml");
        Ok(Self { config: Config::load(&file)?, is_set_up: file.is_file(), root })
    }

    /// The folder of migrations.
    pub(crate) fn migrations_directory(&self) -> PathBuf {
        self.root.join(self.config.migrations.as_deref().unwrap_or("migrations"))
    }

    /// The lock file.
    pub(crate) fn lock_path(&self) -> PathBuf {
        self.root.join("schema.lock")
    }

    /// The committed migrations.
    pub(crate) fn migrations(&self) -> Result<Vec<Migration>, Failure> {
        Ok(load(&self.migrations_directory())?)
    }

    /// The lock file's content.
    pub(crate) fn lock(&self) -> Result<LockFile, Failure> {
        Ok(LockFile::load(&self.lock_path())?)
    }

    /// Reads the structs.
    pub(crate) fn declared(&self, global: &Global) -> Result<(Declared, Vec<CrateRoot>), Failure> {
        let roots = self.crate_roots(global)?;
        let declared = read(&roots).map_err(Failure::Mistakes)?;
        Ok((declared, roots))
    }

    /// Has the structs told by the compiler, or else reads them.
    pub(crate) fn declared_by(&self, global: &Global, compiled: bool) -> Result<(Declared, Vec<CrateRoot>), Failure> {
        match compiled {
            true => Ok((compiled::declared(self, global)?, self.crate_roots(global)?)),
            false => self.declared(global),
        }
    }

    /// What the application's source says about its queries.
    pub(crate) fn source(&self, roots: &[CrateRoot]) -> SourceFacts {
        let found = literals(roots);
        SourceFacts {
            literals: found.literals.into_iter().map(|literal| (literal.position, literal.text)).collect(),
            dynamic: found.dynamic,
            read: true,
        }
    }

    /// The queries of the application, by sources, offline data and SQL files.
    pub(crate) fn release(&self, global: &Global, name: &str) -> Result<Release, Failure> {
        let (metadata, chosen) = self.packages(global)?;
        let chosen: Vec<&Package> = chosen.iter().map(|id| &metadata[id]).collect();
        let roots = chosen.iter().flat_map(|package| targets(package).map(|target| crate_root(package, target)));
        let roots: Vec<CrateRoot> = roots.collect();
        let packages = chosen.iter().filter_map(|package| package.manifest_path.parent());
        let folders = packages.map(|folder| folder.as_std_path()).chain([metadata.workspace_root.as_std_path()]);
        let folders: BTreeSet<PathBuf> = folders.map(|folder| short(&folder.join(".sqlx"))).collect();
        let mut files = Vec::new();
        for folder in &self.config.queries {
            files.extend(sql_files(&short(&self.root.join(folder)))?);
        }
        Ok(Release::new(name, queries(&roots), read_offline(&folders.into_iter().collect::<Vec<_>>()), files))
    }

    /// Whether there is a package or a workspace to read.
    pub(crate) fn has_manifest(&self, global: &Global) -> bool {
        global.manifest_path.is_some() || self.root.join("Cargo.toml").is_file()
    }

    /// The library and the binaries of the chosen packages, with the workspace's packages that they depend on.
    fn crate_roots(&self, global: &Global) -> Result<Vec<CrateRoot>, Failure> {
        let (metadata, chosen) = self.packages(global)?;
        let chosen = chosen.iter().map(|id| &metadata[id]);
        Ok(chosen.flat_map(|package| targets(package).map(|target| crate_root(package, target))).collect())
    }

    /// What cargo knows of the workspace, and the packages that are read.
    pub(crate) fn packages(&self, global: &Global) -> Result<(Metadata, Vec<PackageId>), Failure> {
        let manifest = self.manifest(global);
        let mut command = MetadataCommand::new();
        command.manifest_path(&manifest).no_deps();
        command.other_options(cargo_flags(global).map(str::to_owned).collect::<Vec<_>>());
        let metadata = command.exec().map_err(|error| Failure::error(format!("cargo metadata failed: {error}")))?;
        let chosen = chosen_packages(&metadata, global, &manifest)?;
        let packages = with_dependencies(&metadata, chosen).into_iter().map(|package| package.id.clone()).collect();
        Ok((metadata, packages))
    }

    /// The manifest that cargo is asked about.
    pub(crate) fn manifest(&self, global: &Global) -> PathBuf {
        global.manifest_path.clone().unwrap_or_else(|| self.root.join("Cargo.toml"))
    }
}

/// The SQL files of a folder and the folders in it, or one file.
pub(crate) fn sql_files(path: &Path) -> Result<Vec<(PathBuf, String)>, Failure> {
    let failure = |path: &Path, error: std::io::Error| Failure::error(format!("{}: {error}", path.display()));
    let mut files = Vec::new();
    let mut open = vec![path.to_path_buf()];
    while let Some(path) = open.pop() {
        if !path.is_dir() {
            files.push(path);
            continue;
        }
        let entries = std::fs::read_dir(&path).map_err(|error| failure(&path, error))?;
        let inside = entries.flatten().map(|entry| entry.path());
        open.extend(inside.filter(|file| file.is_dir() || file.extension().is_some_and(|end| end == "sql")));
    }
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let text = std::fs::read_to_string(&file).map_err(|error| failure(&file, error))?;
            Ok((file, without_restrict(&text)))
        })
        .collect()
}

/// pg_dump puts what it writes between two orders to psql, which the server doesn't know. Lines keep their numbers.
fn without_restrict(text: &str) -> String {
    let is_order = |line: &str| line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ");
    text.split_inclusive('\n').map(|line| if is_order(line) { "\n" } else { line }).collect()
}

/// cargo's own flags that were given.
pub(crate) fn cargo_flags(global: &Global) -> impl Iterator<Item = &'static str> {
    let flags = [(global.locked, "--locked"), (global.offline, "--offline")];
    flags.into_iter().filter(|(on, _)| *on).map(|(_, flag)| flag)
}

/// The library and the binaries.
pub(crate) fn targets(package: &Package) -> impl Iterator<Item = &Target> {
    package.targets.iter().filter(|target| target.is_lib() || target.is_proc_macro() || target.is_bin())
}

/// A target as the reader takes it.
pub(crate) fn crate_root(package: &Package, target: &Target) -> CrateRoot {
    CrateRoot {
        package: package.name.to_string(),
        library: (!target.is_bin()).then(|| target.name.replace('-', "_")),
        file: short(target.src_path.as_std_path()),
        features: default_features(package),
    }
}

/// A path as people see it: relative to the working directory where it lies below.
pub(crate) fn short(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    here.ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf)).unwrap_or_else(|| path.to_path_buf())
}

/// The named packages, else the one of this manifest, else all of the workspace.
fn chosen_packages<'a>(metadata: &'a Metadata, global: &Global, manifest: &Path) -> Result<Vec<&'a Package>, Failure> {
    let members = metadata.workspace_packages();
    if !global.package.is_empty() {
        let find = |name: &String| {
            members.iter().copied().find(|package| *package.name == *name).ok_or_else(|| {
                let names: Vec<&str> = members.iter().map(|package| package.name.as_str()).collect();
                Failure::usage(format!(
                    "there is no package `{name}` in this workspace: there are {}",
                    names.join(", ")
                ))
            })
        };
        return global.package.iter().map(find).collect();
    }
    let own = manifest.canonicalize().ok();
    let this = members.iter().copied().find(|package| own.as_deref() == Some(package.manifest_path.as_std_path()));
    Ok(match this {
        Some(package) if !global.workspace => vec![package],
        _ => members,
    })
}

fn with_dependencies<'a>(metadata: &'a Metadata, chosen: Vec<&'a Package>) -> Vec<&'a Package> {
    let members = metadata.workspace_packages();
    let mut all: Vec<&Package> = chosen;
    let mut at = 0;
    while let Some(package) = all.get(at).copied() {
        for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_some()) {
            let member = members.iter().copied().find(|member| *member.name == dependency.name);
            if let Some(member) = member.filter(|member| !all.iter().any(|known| known.id == member.id)) {
                all.push(member);
            }
        }
        at += 1;
    }
    all
}

/// The features that are on by default.
fn default_features(package: &Package) -> Vec<String> {
    let mut on = BTreeSet::new();
    let mut open = vec!["default".to_owned()];
    while let Some(feature) = open.pop() {
        if let Some(more) = package.features.get(&feature).filter(|_| on.insert(feature.clone())) {
            open.extend(more.iter().cloned());
        }
    }
    on.into_iter().collect()
}
