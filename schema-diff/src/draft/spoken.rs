//! Extensions and namespaces of which SQL files speak. Others may stand on them as well, and the server doesn't keep
//! whether a version was asked for; so the statements say it.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::{ObjectKind, SqlObject, sql_text};

/// The extensions and namespaces that SQL files name, as the server keeps their names.
#[derive(Debug, Default)]
pub(super) struct Spoken {
    /// The namespaces that they make.
    namespaces: BTreeSet<String>,
    /// The extensions that they make or update.
    extensions: BTreeMap<String, Said>,
}

/// What is said of an extension.
#[derive(Debug, Default)]
struct Said {
    /// It is made, and not only updated.
    made: bool,
    /// It is made only where it isn't there, whatever it is like.
    if_not_there: bool,
    /// Its version is named.
    version: bool,
    /// Its namespace is named.
    namespace: bool,
}

impl Spoken {
    /// In `CREATE SCHEMA`, `CREATE EXTENSION` and `ALTER EXTENSION … UPDATE`.
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut spoken = Self::default();
        for text in texts {
            for statement in sql_text::statements(text) {
                spoken.read(&sql_text::meaning(&text[statement]));
            }
        }
        spoken
    }

    fn read(&mut self, words: &[&str]) {
        let has = |words: &[&str], word: &str| words.iter().any(|other| other.eq_ignore_ascii_case(word));
        if let Some(rest) = behind(words, &["create", "schema"]) {
            let rest = behind(rest, IF_NOT_THERE).unwrap_or(rest);
            // `CREATE SCHEMA AUTHORIZATION role` names it after the role.
            let rest = behind(rest, &["authorization"]).unwrap_or(rest);
            self.namespaces.insert(sql_text::unquoted(rest[0]));
        }
        if let Some(rest) = behind(words, &["create", "extension"]) {
            let if_not_there = behind(rest, IF_NOT_THERE);
            let rest = if_not_there.unwrap_or(rest);
            let said = self.extensions.entry(sql_text::unquoted(rest[0])).or_default();
            said.made = true;
            said.if_not_there |= if_not_there.is_some();
            said.version |= has(&rest[1..], "version");
            said.namespace |= has(&rest[1..], "schema");
        }
        if let Some(rest) = behind(words, &["alter", "extension"]).filter(|rest| has(&rest[1..], "update")) {
            self.extensions.entry(sql_text::unquoted(rest[0])).or_default().version = true;
        }
    }

    /// What they say of an object, if that is an extension which they name.
    fn said(&self, object: &SqlObject) -> Option<&Said> {
        let name = sql_text::unquoted(&object.name);
        self.extensions.get(&name).filter(|_| object.kind == ObjectKind::Extension)
    }

    fn makes_namespace(&self, object: &SqlObject) -> bool {
        object.kind == ObjectKind::Namespace && self.namespaces.contains(&sql_text::unquoted(&object.name))
    }

    /// Whether they make that object, so that it mustn't be there for them. What they make only where it isn't there is
    /// taken as it is, unless they say more of it.
    pub(super) fn makes(&self, object: &SqlObject) -> bool {
        let is_made = |said: &Said| said.made && (!said.if_not_there || said.version || said.namespace);
        self.makes_namespace(object) || self.said(object).is_some_and(is_made)
    }

    /// Whether they declare that object, even where it was there before. An extension that comes along with another one is
    /// declared by nobody.
    pub(super) fn declares(&self, object: &SqlObject) -> bool {
        self.makes_namespace(object) || self.said(object).is_some()
    }

    /// Leaves extensions in the namespaces that they have, where none is named.
    pub(super) fn follow(&self, live: &BTreeMap<String, SqlObject>, objects: &mut BTreeMap<String, SqlObject>) {
        for object in objects.values_mut().filter(|object| object.kind == ObjectKind::Extension) {
            let there = live.get(&object.key()).filter(|_| !self.said(object).is_some_and(|said| said.namespace));
            if let Some(there) = there {
                object.create.clone_from(&there.create);
            }
        }
    }

    /// Forgets versions that are merely those that the server gives today.
    pub(super) fn forget_other_versions(&self, objects: &mut BTreeMap<String, SqlObject>) {
        for object in objects.values_mut().filter(|object| object.kind == ObjectKind::Extension) {
            if !self.said(object).is_some_and(|said| said.version) {
                object.columns.clear();
            }
        }
    }
}

const IF_NOT_THERE: &[&str] = &["if", "not", "exists"];

/// What stands behind words with which a statement begins; something does.
fn behind<'a, 'b>(words: &'b [&'a str], start: &[&str]) -> Option<&'b [&'a str]> {
    let begins = words.iter().zip(start).all(|(word, other)| word.eq_ignore_ascii_case(other));
    (words.len() > start.len() && begins).then(|| &words[start.len()..])
}

#[cfg(test)]
mod tests {
    use super::{Said, Spoken};

    #[test]
    fn statements_say_which_and_in_which_version() {
        let text = "CREATE SCHEMA IF NOT EXISTS Reports; create extension Citext; CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA x VERSION '1.1';
            -- CREATE EXTENSION hstore;
            ALTER EXTENSION pg_trgm UPDATE; ALTER EXTENSION ltree SET SCHEMA x; CREATE EXTENSION";
        let spoken = Spoken::of([text]);
        let names = |is_it: fn(&Said) -> bool| -> Vec<&String> {
            spoken.extensions.iter().filter(|(_, said)| is_it(said)).map(|(name, _)| name).collect()
        };
        assert_eq!(spoken.namespaces.iter().collect::<Vec<_>>(), ["reports"]);
        assert_eq!(names(|said| said.made), ["citext", "uuid-ossp"]);
        assert_eq!(names(|said| !said.made), ["pg_trgm"]);
        assert_eq!(names(|said| said.version), ["pg_trgm", "uuid-ossp"]);
    }
}
