//! What `cargo schema … --compiled` asks the compiler for: declarations as it has them, after macros and conditions,
//! and what the paths in them mean.
//!
//! Only tests that the derive makes under `cfg(schema_diff_export)` call anything here; a program holds nothing of it.

mod json;
mod rust_type;

use std::fs::OpenOptions;
use std::io::Write;

pub use self::rust_type::{Declared, Probe, RustType, Undeclared};

/// The variable that names the file which the tests write to.
const FILE: &str = "SCHEMA_DIFF_EXPORT";

/// A declaration and the place where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    /// The module of the hidden test, which lies in the declaration's own.
    pub test: &'static str,
    /// The file, as the compiler names it.
    pub file: &'static str,
    /// The line in which the source begins.
    pub line: usize,
    /// Its name.
    pub name: &'static str,
    /// Its source.
    pub source: &'static str,
    /// What its paths mean.
    pub paths: &'static [(&'static str, &'static RustType)],
}

/// Adds a declaration to the file, as a line of JSON. Where no file is named, somebody else runs the tests.
///
/// # Panics
/// If the file can't be written.
pub fn write(declaration: Declaration) {
    let Some(path) = std::env::var_os(FILE) else { return };
    let line = json::declaration(&declaration) + "\n";
    let written = OpenOptions::new().create(true).append(true).open(&path).and_then(|mut file| {
        // One call, so that the lines of tests that run at once don't mix.
        file.write_all(line.as_bytes())
    });
    if let Err(error) = written {
        panic!("{}: {error}", path.display());
    }
}
