//! `--compiled`: the compiler is asked for the structs instead of the source, so that macros and conditions are no matter.
//!
//! The derive makes a hidden test of each declaration, under a condition that is set here alone. Each library and binary
//! is built as a test with it, and run once; the application's own tests notice nothing, and no dependency is built anew.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::{Message, Metadata, Package, Target};
use schema_diff::PACKAGE;
use schema_diff::model::declare::{CompiledCrate, Declared, Exported, compiled, declares};

use crate::args::Global;
use crate::failure::Failure;
use crate::project::{Project, cargo_flags, crate_root, short, targets};

/// What the tests of ours have in their names.
const TESTS: &str = "__schema_export_";

/// What the structs declare, by the compiler.
pub(crate) fn declared(project: &Project, global: &Global) -> Result<Declared, Failure> {
    let (metadata, chosen) = project.packages(global)?;
    let mut crates = Vec::new();
    for package in chosen.iter().map(|id| &metadata[id]).filter(|package| may_declare(&metadata, package)) {
        for target in targets(package).filter(|target| !target.is_proc_macro()) {
            let executable = build(project, global, package, target)?;
            let declarations = run(&executable, &metadata, package, target)?;
            let root = crate_root(package, target);
            if declarations.is_empty() && declares(&root) {
                return Err(Failure::error(format!(
                    "{} declares tables or types, but its test build exported none: take `harness = false` away from it \
                     in Cargo.toml, bring {PACKAGE} up to date, or leave --compiled out, and the source is read",
                    root.file.display()
                )));
            }
            crates.push(CompiledCrate { library: root.library, declarations });
        }
    }
    compiled(&crates).map_err(Failure::Mistakes)
}

/// Whether a package can use the derive: it depends on our library, or on a package of the workspace which does.
fn may_declare(metadata: &Metadata, package: &Package) -> bool {
    let mut open = vec![package];
    let mut seen = Vec::new();
    while let Some(package) = open.pop() {
        if package.dependencies.iter().any(|dependency| dependency.name == PACKAGE) {
            return true;
        }
        seen.push(&package.id);
        let members = metadata.workspace_packages().into_iter();
        let needed = members.filter(|member| package.dependencies.iter().any(|needed| *member.name == needed.name));
        open.extend(needed.filter(|member| !seen.contains(&&member.id)));
    }
    false
}

/// Builds a target as a test, and gives the executable.
fn build(project: &Project, global: &Global, package: &Package, target: &Target) -> Result<PathBuf, Failure> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["rustc", "--quiet", "--profile", "test", "--message-format", "json-render-diagnostics"]);
    cargo.arg("--manifest-path").arg(project.manifest(global)).args(["--package", package.name.as_str()]);
    match target.is_bin() {
        true => cargo.args(["--bin", &target.name]),
        false => cargo.arg("--lib"),
    };
    cargo.args(cargo_flags(global)).args(["--", "--cfg", "schema_diff_export"]).stdout(Stdio::piped());
    let failure = |error: std::io::Error| Failure::error(format!("cargo can't be asked to compile: {error}"));
    let mut child = cargo.spawn().map_err(failure)?;
    let mut executable = None;
    if let Some(output) = child.stdout.take() {
        for message in Message::parse_stream(BufReader::new(output)) {
            if let Message::CompilerArtifact(artifact) = message.map_err(failure)? {
                executable = artifact.executable.or(executable);
            }
        }
    }
    let built = child.wait().map_err(failure)?.success();
    executable.filter(|_| built).map(PathBuf::from).ok_or_else(|| {
        Failure::error(format!(
            "the {} of {} doesn't build as a test: mend what the compiler says, or leave --compiled out, and the source \
             is read",
            kind(target),
            package.name
        ))
    })
}

/// Runs our tests of an executable, and gives what they wrote.
fn run(executable: &Path, metadata: &Metadata, package: &Package, target: &Target) -> Result<Vec<Exported>, Failure> {
    let failure = |what: String| {
        Failure::error(format!("the {} of {} could not export its structs: {what}", kind(target), package.name))
    };
    let folder = tempfile::tempdir().map_err(|error| failure(error.to_string()))?;
    let file = folder.path().join("declarations");
    let mut tests = Command::new(executable);
    tests.args([TESTS, "--test-threads", "1"]).env("SCHEMA_DIFF_EXPORT", &file).stdin(Stdio::null());
    tests.current_dir(package.manifest_path.parent().unwrap_or(&package.manifest_path));
    let output = tests.output().map_err(|error| failure(format!("{}: {error}", executable.display())))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        return Err(failure(String::from_utf8_lossy(&said).into_owned()));
    }
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        // Nothing was declared.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failure(error.to_string())),
    };
    let read = |line: &str| serde_json::from_str::<Exported>(line);
    let mut declarations = text.lines().map(read).collect::<Result<Vec<_>, _>>().map_err(|error| {
        failure(format!("{error}; the application's {PACKAGE} and cargo-schema must be of one version"))
    })?;
    for declaration in &mut declarations {
        // The compiler names files as cargo calls it: from the workspace's root.
        declaration.file = short(&metadata.workspace_root.as_std_path().join(&declaration.file));
    }
    Ok(declarations)
}

fn kind(target: &Target) -> String {
    match target.is_bin() {
        true => format!("binary {}", target.name),
        false => "library".to_owned(),
    }
}
