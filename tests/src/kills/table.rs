//! What was tried, as a table in the repository.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::build::workspace;

/// What stands above the table.
const HEAD: &str = "# The kill matrix

Written by `cargo run --release -p tests --bin soak`. A fault strikes at a statement of `apply`, `confirm`, `contract` or
`rollback`, with writers at work; the same command runs again, and must come to its end with no value lost, nothing left
over and no step done twice. What the changes and faults are stands in `tests/src/kills/`.

Tried is every statement that can change something, and every one that follows it in its transaction. Left out are those
after which the server is in the state that it was in before: reads outside a transaction, and the beginning of a
transaction until it has changed or locked something, since a fault ends every session of the program and leaves the
server as one at the next change does. Which they are is told from the text as it passes: a word or a function that isn't
known counts as a change (`tests/src/cut/boundary.rs`). Where `reads too` stands beside the fault, they were tried as well.

`every` is the distance of the statements that were tried: 1 is each of them. A commit with `+` was changed in the
working tree.

| change | fault | server | every | points | failures | commit |
|---|---|---|---|---|---|---|
";

/// A row's place: change, fault, server.
pub type Key = (String, String, String);

/// What was tried there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The distance of the statements that were tried.
    pub every: u64,
    /// How many points.
    pub points: u64,
    /// At how many of them something went wrong.
    pub failures: u64,
    /// The commit.
    pub commit: String,
}

/// The table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    rows: BTreeMap<Key, Tried>,
}

impl Table {
    /// The one in the repository; an empty one, where there is none yet.
    pub fn load() -> Self {
        let text = std::fs::read_to_string(path()).unwrap_or_default();
        Self { rows: text.lines().filter_map(parse).collect() }
    }

    /// What was tried at a place.
    pub fn get(&self, key: &Key) -> Option<&Tried> {
        self.rows.get(key)
    }

    /// Writes a row into the one in the repository, which another soak may have changed meanwhile.
    ///
    /// # Panics
    /// If the file can't be written.
    pub fn add(key: Key, tried: Tried) {
        let mut table = Self::load();
        table.rows.insert(key, tried);
        let rows = table.rows.iter().map(|((change, fault, server), tried)| {
            let Tried { every, points, failures, commit } = tried;
            format!("| {change} | {fault} | {server} | {every} | {points} | {failures} | {commit} |\n")
        });
        std::fs::write(path(), HEAD.to_owned() + &rows.collect::<String>()).expect("the table can be written");
    }
}

fn path() -> PathBuf {
    workspace().join("tests/soak/kills.md")
}

fn parse(line: &str) -> Option<(Key, Tried)> {
    let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    let &[change, fault, server, every, points, failures, commit] = cells.as_slice() else { return None };
    let tried = Tried {
        every: every.parse().ok()?,
        points: points.parse().ok()?,
        failures: failures.parse().ok()?,
        commit: commit.to_owned(),
    };
    Some(((change.to_owned(), fault.to_owned(), server.to_owned()), tried))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_headings_are_not() {
        let row = parse("| rename | kill | 18.6 | 1 | 200 | 0 | abc+ |").expect("a row");
        assert_eq!(row.0, ("rename".to_owned(), "kill".to_owned(), "18.6".to_owned()));
        assert_eq!((row.1.points, row.1.commit.as_str()), (200, "abc+"));
        assert!(HEAD.lines().all(|line| parse(line).is_none()));
    }
}
