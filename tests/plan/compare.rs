//! Expected texts, and catalogs by the oracle.

use std::path::Path;

use tests::Database;
use tests::oracle::{Oracle, difference};

/// Compares with a file, or rewrites it with BLESS=1.
pub(crate) fn expected(file: &Path, actual: &str) -> Result<(), String> {
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(file, actual).map_err(|error| error.to_string());
    }
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(&expected, actual).unified_diff().to_string();
    Err(format!("{} differs (BLESS=1 rewrites it):\n{diff}", file.display()))
}

/// The oracle must see no difference, column order aside.
pub(crate) async fn same_catalog(what: &str, one: &Database, other: &Database) -> Result<(), String> {
    let oracle = Oracle::of(&["public", "app"]).without_history();
    let (a, b) = (oracle.listing(&one.pool).await, oracle.listing(&other.pool).await);
    let found = difference(&a, &b);
    if found.is_empty() { Ok(()) } else { Err(format!("{what}:\n{found}")) }
}
