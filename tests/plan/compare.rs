//! Expected texts, and catalogs by the oracle.

use std::path::Path;

use schema_diff::embedded::Major;
use tests::Database;
use tests::expected::{differs, is_blessing};
use tests::oracle::{Oracle, difference};

/// Compares with the case's expected text: `expected.txt` is that of the newest server, and an older one has a file of
/// its own, `expected.12.txt`, where its text is another; between the two it may be either. With BLESS=1 they are
/// written; an older server's is held against what stands there by then, so that a second run settles a change of both.
pub(crate) fn expected(folder: &Path, major: Major, actual: &str) -> Result<(), String> {
    let (shared, own) = (folder.join("expected.txt"), folder.join(format!("expected.{major}.txt")));
    if is_blessing() {
        return bless(major, &shared, &own, actual).map_err(|error| error.to_string());
    }
    let oldest = folder.join(format!("expected.{}.txt", Major::OLDEST));
    let files = match major {
        _ if own.exists() => vec![own],
        Major::LATEST => vec![shared],
        _ => vec![shared, oldest],
    };
    let expected: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file).unwrap_or_default()).collect();
    if expected.iter().any(|expected| expected == actual) {
        return Ok(());
    }
    Err(differs(&files[0], &expected[0], actual))
}

fn bless(major: Major, shared: &Path, own: &Path, actual: &str) -> std::io::Result<()> {
    if major == Major::LATEST {
        return std::fs::write(shared, actual);
    }
    if std::fs::read_to_string(shared).is_ok_and(|text| text == actual) {
        return if own.exists() { std::fs::remove_file(own) } else { Ok(()) };
    }
    std::fs::write(own, actual)
}

/// What the oracle lists of a database.
pub(crate) async fn listing(database: &Database) -> Vec<String> {
    Oracle::of(&["public", "app"]).without_history().listing(&database.pool).await
}

/// The oracle must see no difference, column order aside.
pub(crate) fn same_listing(what: &str, one: &[String], other: &[String]) -> Result<(), String> {
    let found = difference(one, other);
    if found.is_empty() { Ok(()) } else { Err(format!("{what}:\n{found}")) }
}
