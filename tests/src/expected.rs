//! Expected texts beside the cases that they belong to.

use std::path::Path;

/// Whether BLESS=1 asks for expected texts to be written rather than held against.
pub fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

/// Compares with a file, or rewrites it with BLESS=1; nothing said is no file.
///
/// # Errors
///
/// What differs; or the file can't be written.
pub fn expected(file: &Path, actual: &str) -> Result<(), String> {
    let there = std::fs::read_to_string(file).unwrap_or_default();
    if there == actual {
        return Ok(());
    }
    if is_blessing() {
        let written = if actual.is_empty() { std::fs::remove_file(file) } else { std::fs::write(file, actual) };
        return written.map_err(|error| error.to_string());
    }
    Err(differs(file, &there, actual))
}

/// The differences, in words.
pub fn differs(file: &Path, there: &str, actual: &str) -> String {
    let diff = similar::TextDiff::from_lines(there, actual).unified_diff().to_string();
    format!("{} differs (BLESS=1 rewrites it):\n{diff}", file.display())
}
