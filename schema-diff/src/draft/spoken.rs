//! Extensions and namespaces of which SQL files speak. Others may stand on them as well, and the server doesn't keep
//! whether a version was asked for; so the statements say it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use schema_model::{ObjectKind, SqlObject, sql_text};

/// The extensions and namespaces that SQL files name, as the server keeps their names.
#[derive(Debug, Default)]
pub(super) struct Spoken {
    /// The namespaces that they make.
    namespaces: BTreeSet<String>,
    /// The extensions that they make.
    made: BTreeSet<String>,
    /// The extensions that they update.
    updated: BTreeSet<String>,
    /// The extensions whose version they name.
    with_version: BTreeSet<String>,
}

impl Spoken {
    /// In `CREATE SCHEMA`, `CREATE EXTENSION` and `ALTER EXTENSION … UPDATE`.
    pub(super) fn of(files: &[(PathBuf, String)]) -> Self {
        let mut spoken = Self::default();
        for (_, text) in files {
            for statement in sql_text::statements(text) {
                spoken.read(&sql_text::meaning(&text[statement]));
            }
        }
        spoken
    }

    fn read(&mut self, words: &[&str]) {
        let starts_with = |words: &[&str], start: &[&str]| {
            words.len() > start.len() && words.iter().zip(start).all(|(word, other)| word.eq_ignore_ascii_case(other))
        };
        let has = |words: &[&str], word: &str| words.iter().any(|other| other.eq_ignore_ascii_case(word));
        for (kind, made) in [("schema", &mut self.namespaces), ("extension", &mut self.made)] {
            if starts_with(words, &["create", kind]) {
                let rest = &words[2..];
                let rest = if starts_with(rest, &["if", "not", "exists"]) { &rest[3..] } else { rest };
                let name = sql_text::unquoted(rest[0]);
                if kind == "extension" && has(&rest[1..], "version") {
                    self.with_version.insert(name.clone());
                }
                made.insert(name);
            }
        }
        if starts_with(words, &["alter", "extension"]) && has(&words[3..], "update") {
            let name = sql_text::unquoted(words[2]);
            self.with_version.insert(name.clone());
            self.updated.insert(name);
        }
    }

    /// Whether they make that object: then it needn't be there for them.
    pub(super) fn makes(&self, object: &SqlObject) -> bool {
        let made = match object.kind {
            ObjectKind::Namespace => &self.namespaces,
            ObjectKind::Extension => &self.made,
            _ => return false,
        };
        made.contains(&sql_text::unquoted(&object.name))
    }

    /// Whether they declare that object, even where it was there before.
    pub(super) fn declares(&self, object: &SqlObject) -> bool {
        let is_updated = || self.updated.contains(&sql_text::unquoted(&object.name));
        self.makes(object) || object.kind == ObjectKind::Extension && is_updated()
    }

    /// Forgets versions that are merely those that the server gives today.
    pub(super) fn forget_other_versions(&self, objects: &mut BTreeMap<String, SqlObject>) {
        let by_default = |object: &&mut SqlObject| {
            object.kind == ObjectKind::Extension && !self.with_version.contains(&sql_text::unquoted(&object.name))
        };
        for object in objects.values_mut().filter(by_default) {
            object.columns.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Spoken;

    #[test]
    fn statements_say_which_and_in_which_version() {
        let text = "CREATE SCHEMA IF NOT EXISTS Reports; create extension Citext; CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA x VERSION '1.1';
            -- CREATE EXTENSION hstore;
            ALTER EXTENSION pg_trgm UPDATE; ALTER EXTENSION ltree SET SCHEMA x; CREATE EXTENSION";
        let spoken = Spoken::of(&[("a.sql".into(), text.to_owned())]);
        assert_eq!(spoken.namespaces.iter().collect::<Vec<_>>(), ["reports"]);
        assert_eq!(spoken.made.iter().collect::<Vec<_>>(), ["citext", "uuid-ossp"]);
        assert_eq!(spoken.updated.iter().collect::<Vec<_>>(), ["pg_trgm"]);
        assert_eq!(spoken.with_version.iter().collect::<Vec<_>>(), ["pg_trgm", "uuid-ossp"]);
    }
}
