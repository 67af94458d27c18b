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
    /// The extensions that they make only where they aren't there, whatever they are like.
    if_not_there: BTreeSet<String>,
    /// The extensions whose namespace they name.
    with_namespace: BTreeSet<String>,
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
                let if_not_there = starts_with(rest, &["if", "not", "exists"]);
                let rest = if if_not_there { &rest[3..] } else { rest };
                // `CREATE SCHEMA AUTHORIZATION role` names it after the role.
                let rest = if starts_with(rest, &["authorization"]) { &rest[1..] } else { rest };
                let name = sql_text::unquoted(rest[0]);
                made.insert(name.clone());
                if kind == "extension" {
                    let said = [("version", &mut self.with_version), ("schema", &mut self.with_namespace)];
                    said.into_iter().filter(|(word, _)| has(&rest[1..], word)).for_each(|(_, set)| {
                        set.insert(name.clone());
                    });
                    if if_not_there {
                        self.if_not_there.insert(name);
                    }
                }
            }
        }
        if starts_with(words, &["alter", "extension"]) && has(&words[3..], "update") {
            let name = sql_text::unquoted(words[2]);
            self.with_version.insert(name.clone());
            self.updated.insert(name);
        }
    }

    /// Whether they make that object, so that it mustn't be there for them. What they make only where it isn't there is
    /// taken as it is, unless they say more of it.
    pub(super) fn makes(&self, object: &SqlObject) -> bool {
        let name = sql_text::unquoted(&object.name);
        match object.kind {
            ObjectKind::Namespace => self.namespaces.contains(&name),
            ObjectKind::Extension => {
                let as_it_is = self.if_not_there.contains(&name)
                    && !self.with_version.contains(&name)
                    && !self.with_namespace.contains(&name);
                self.made.contains(&name) && !as_it_is
            }
            _ => false,
        }
    }

    /// Whether they declare that object, even where it was there before. An extension that comes along with another one is
    /// declared by nobody.
    pub(super) fn declares(&self, object: &SqlObject) -> bool {
        let name = sql_text::unquoted(&object.name);
        match object.kind {
            ObjectKind::Namespace => self.namespaces.contains(&name),
            ObjectKind::Extension => self.made.contains(&name) || self.updated.contains(&name),
            _ => false,
        }
    }

    /// Leaves extensions in the namespaces that they have, where none is named.
    pub(super) fn follow(&self, live: &BTreeMap<String, SqlObject>, objects: &mut BTreeMap<String, SqlObject>) {
        let open = |object: &&mut SqlObject| {
            object.kind == ObjectKind::Extension && !self.with_namespace.contains(&sql_text::unquoted(&object.name))
        };
        for object in objects.values_mut().filter(open) {
            if let Some(there) = live.get(&object.key()) {
                object.create.clone_from(&there.create);
            }
        }
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
