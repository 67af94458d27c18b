//! Data directories: made once per version by initdb, then copied, which takes a third of the time.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::store::Store;
use super::{Binaries, EmbeddedError, Progress, ProgressEvent, lock};

/// The data directory that all new servers of this installation are copied from.
pub(super) fn obtain(store: &Store, binaries: &Binaries, progress: &Progress) -> Result<PathBuf, EmbeddedError> {
    let root = store.templates()?;
    // initdb writes paths of the installation into the configuration, so two of one version are kept apart.
    let installation = super::short_hash(binaries.directory().as_os_str().as_encoded_bytes());
    let name = format!("{}-{installation}", binaries.version());
    let template = root.join(&name);
    if template.is_dir() {
        return Ok(template);
    }
    let waiting = || progress.report(ProgressEvent::Waiting);
    let _lock = lock::wait(&root.join(format!("{name}.lock")), waiting)?;
    if template.is_dir() {
        return Ok(template);
    }
    progress.report(ProgressEvent::Initialising { version: binaries.version().to_owned() });
    let partial = root.join(format!(".partial-{name}"));
    store.account.remove_directory(&partial)?;
    initdb(store, binaries, &partial)?;
    std::fs::rename(&partial, &template).map_err(EmbeddedError::io("rename to", &template))?;
    Ok(template)
}

/// Copies a template; the new directory must not exist.
pub(super) fn copy(store: &Store, binaries: &Binaries, template: &Path, data: &Path) -> Result<(), EmbeddedError> {
    let mut command = store.account.command("cp", data.parent().unwrap_or(Path::new("/")));
    command.arg("-R").arg("--").arg(template).arg(data);
    run("cp", command, data, binaries)
}

/// A trusting cluster in UTF-8: the locale C is the only one that exists everywhere. Small WAL segments
/// make the copy smaller by a third.
fn initdb(store: &Store, binaries: &Binaries, data: &Path) -> Result<(), EmbeddedError> {
    let mut command = store.account.command(binaries.program("initdb"), data.parent().unwrap_or(Path::new("/")));
    command.args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "--wal-segsize=1"]);
    command.arg("-D").arg(data);
    run("initdb", command, data, binaries)
}

fn run(
    program: &'static str,
    mut command: Command,
    directory: &Path,
    binaries: &Binaries,
) -> Result<(), EmbeddedError> {
    let output = command.output().map_err(EmbeddedError::io("run a program for", directory))?;
    if output.status.success() {
        return Ok(());
    }
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(EmbeddedError::Program {
        program,
        directory: directory.to_owned(),
        installation: binaries.directory().to_owned(),
        output: text.trim().to_owned(),
    })
}
