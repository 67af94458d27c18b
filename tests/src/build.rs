//! Finding the programs of this workspace, built by the same cargo in the same way as the running test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// What this process has built already.
static BUILT: Mutex<BTreeMap<(String, String), PathBuf>> = Mutex::new(BTreeMap::new());

/// The path of a program of one of the workspace's packages; it is built if that has not been done in this process.
///
/// # Panics
/// If it doesn't build.
pub fn program(package: &str, name: &str) -> PathBuf {
    // After a panic in another test the map is still whole.
    let mut built = BUILT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let key = (package.to_owned(), name.to_owned());
    if let Some(path) = built.get(&key) {
        return path.clone();
    }
    let path = build(package, name);
    built.insert(key, path.clone());
    path
}

fn build(package: &str, name: &str) -> PathBuf {
    let status = cargo("build").args(["--quiet", "--package", package, "--bin", name]).status();
    assert!(status.expect("cargo can be started").success(), "{name} does not build");
    let program = profile_directory().join(name);
    assert!(program.is_file(), "cargo built no {}", program.display());
    program
}

/// A command of the same cargo, in the root of the workspace, with the target directory and profile of the running
/// test.
pub fn cargo(command: &str) -> Command {
    let directory = profile_directory();
    let profile = match directory.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(other) => other,
    };
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([command, "--profile", profile, "--target-dir"]).arg(target_directory()).current_dir(workspace());
    // What cargo says to a running test is a change to some build scripts, and half the workspace would be built anew.
    let told = |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start));
    std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)).for_each(|(name, _)| {
        cargo.env_remove(name);
    });
    cargo
}

/// Cargo's target directory.
pub fn target_directory() -> PathBuf {
    let directory = profile_directory();
    directory.parent().expect("the profile's directory lies in it").to_owned()
}

/// The root of this workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace")
}

/// `target/debug`: the running test is `target/debug/deps/NAME-HASH`, a program of this package `target/debug/NAME`.
fn profile_directory() -> PathBuf {
    let test = std::env::current_exe().expect("our own path");
    let directory = test.parent().expect("it lies in a directory");
    let directory = if directory.ends_with("deps") { directory.parent() } else { Some(directory) };
    directory.expect("a test runs from cargo's target directory").to_owned()
}
