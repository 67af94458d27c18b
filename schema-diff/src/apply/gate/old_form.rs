//! What a contract takes away, and whether a text names it.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::{Identifier, QualifiedName, sql_text};

use crate::dialect::postgres::evidence::columns::UsedColumn;
use crate::migration::Migration;
use crate::phase::Phase;
use crate::postcondition::member;
use crate::statement::Body;

/// The columns and tables that are gone after a contract.
#[derive(Debug, Default)]
pub(super) struct OldForm {
    pub(super) columns: Vec<(QualifiedName, Identifier)>,
    pub(super) tables: Vec<QualifiedName>,
}

impl OldForm {
    pub(super) fn of(migration: &Migration) -> Self {
        let mut form = Self::default();
        for (key, _) in migration.manifest.objects.iter().filter(|(_, prints)| prints.after.is_none()) {
            if let Some(column) = key.strip_prefix("column ").and_then(|name| member(name).ok()) {
                form.columns.push(column);
            } else if let Some(table) = key.strip_prefix("table ").and_then(|name| name.parse().ok()) {
                form.tables.push(table);
            }
        }
        form
    }

    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.tables.is_empty()
    }

    /// The tables concerned, each once, with the column that goes, where it isn't the whole table.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&QualifiedName, Option<&Identifier>)> {
        let columns = self.columns.iter().map(|(table, column)| (table, Some(column)));
        columns.chain(self.tables.iter().map(|table| (table, None)))
    }

    /// The words without which a text can't name any of it.
    pub(super) fn words(&self) -> Vec<String> {
        let names = self.parts().map(|(table, column)| column.unwrap_or(&table.name).as_str().to_owned());
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The same, with the names of the tables.
    pub(super) fn tables_and_words(&self) -> Vec<String> {
        let tables = self.parts().map(|(table, _)| table.name.as_str().to_owned());
        tables.chain(self.words()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether columns are among it. A table of the same name elsewhere may be the one that is meant.
    pub(super) fn is_used_in(&self, columns: &BTreeSet<UsedColumn>) -> bool {
        self.parts().any(|(table, column)| {
            columns.iter().any(|(relation, used)| match relation == table {
                true => column.is_none() || column == used.as_ref(),
                false => relation.name == table.name,
            })
        })
    }

    /// Whether a text reads all columns of something, and names a table of which a column goes.
    pub(super) fn is_in_whole_rows_of(&self, tokens: &[&str]) -> bool {
        const BEFORE_ALL: [&str; 6] = ["select", "all", "distinct", "returning", ",", "."];
        let is_all = |pair: &[&str]| pair[1] == "*" && BEFORE_ALL.iter().any(|word| pair[0].eq_ignore_ascii_case(word));
        let names = |table: &Identifier| tokens.iter().any(|token| sql_text::unquoted(token) == table.as_str());
        tokens.windows(2).any(is_all) && self.columns.iter().any(|(table, _)| names(&table.name))
    }

    /// What of it a text of SQL names, by its words alone: a table together with its column, or a table that goes.
    pub(super) fn named_in(&self, text: &str) -> Option<String> {
        let tokens = sql_text::meaning(text);
        let names: Vec<String> = tokens.iter().map(|token| sql_text::unquoted(token)).collect();
        let has = |name: &Identifier| {
            names.iter().enumerate().any(|(place, word)| {
                // The name that a result column is given is nobody's column.
                let is_alias = place > 0 && tokens[place - 1].eq_ignore_ascii_case("as");
                word == name.as_str() && !is_alias
            })
        };
        let mut named = self.parts().filter(|(table, column)| has(&table.name) && column.is_none_or(has));
        named
            .next()
            .map(|(table, column)| column.map_or_else(|| table.to_string(), |column| format!("{table}.{column}")))
    }
}

/// Whether the contract's own statements deal with an object, by its bare name.
pub(super) fn contract_names(migration: &Migration, name: &str) -> bool {
    contract_statements(migration).any(|sql| words(sql).iter().any(|word| word == name))
}

/// Whether a new column takes over the name of an old one that is dropped for it: both releases write under that name.
pub(super) fn takes_a_name_over(migration: &Migration) -> bool {
    exchanges_names(&contract_statements(migration).collect::<Vec<_>>())
}

/// The views that a contract drops: those that stood for a table, and others of which it makes new ones.
pub(super) fn dropped_views(migration: &Migration) -> Vec<QualifiedName> {
    contract_statements(migration).filter_map(|sql| name_after(sql, &["drop", "view"])).collect()
}

/// The tables that a contract gives another name under which they stay, with that. What the server knows by number
/// follows.
pub(super) fn renamed_tables(migration: &Migration) -> BTreeMap<QualifiedName, QualifiedName> {
    new_names(migration).into_iter().filter(|(_, to)| stays(migration, &format!("table {to}"))).collect()
}

/// Whether an object is there when the migration is done.
pub(super) fn stays(migration: &Migration, key: &str) -> bool {
    migration.manifest.objects.get(key).is_some_and(|prints| prints.after.is_some())
}

/// Whether a contract drops a column, under whatever name the table has.
pub(super) fn drops_column(migration: &Migration, column: &Identifier) -> bool {
    contract_statements(migration).any(|sql| {
        behind(&words(sql), &["drop", "column"])
            .is_some_and(|rest| rest.first().is_some_and(|name| name == column.as_str()))
    })
}

/// The names that a contract gives tables: the old one and the new one.
pub(crate) fn new_names(migration: &Migration) -> Vec<(QualifiedName, QualifiedName)> {
    let mut names: Vec<(QualifiedName, QualifiedName)> = Vec::new();
    for sql in contract_statements(migration) {
        let Some(from) = name_after(sql, &["alter", "table"]) else { continue };
        let to = match name_after(sql, &["set", "schema"]) {
            Some(namespace) => QualifiedName::new(namespace.name, from.name.clone()),
            None => match name_after(sql, &["rename", "to"]) {
                Some(to) => from.sibling(to.name),
                None => continue,
            },
        };
        match names.iter_mut().find(|(_, moved)| *moved == from) {
            Some((_, moved)) => *moved = to,
            None => names.push((from, to)),
        }
    }
    names
}

/// The words of a statement as the server reads them.
fn words(sql: &str) -> Vec<String> {
    sql_text::meaning(sql).iter().map(|token| sql_text::unquoted(token)).collect()
}

/// What stands behind such words, where they first stand together.
fn behind<'a>(all: &'a [String], words: &[&str]) -> Option<&'a [String]> {
    let place = all.windows(words.len()).position(|window| window == words)?;
    all.get(place + words.len()..)
}

/// The name that follows such words in a statement.
fn name_after(sql: &str, words: &[&str]) -> Option<QualifiedName> {
    let all = self::words(sql);
    let name = |token: &String| Identifier::new(token.as_str()).ok();
    match behind(&all, words)? {
        [namespace, dot, table, ..] if dot == "." => Some(QualifiedName::new(name(namespace)?, name(table)?)),
        [table, ..] => Some(QualifiedName::in_public(name(table)?)),
        [] => None,
    }
}

fn exchanges_names(statements: &[&str]) -> bool {
    let statements: Vec<Vec<String>> = statements.iter().map(|sql| words(sql)).collect();
    let after = |tokens: &[String], words: &[&str]| behind(tokens, words)?.first().cloned();
    let dropped: Vec<String> = statements.iter().filter_map(|tokens| after(tokens, &["drop", "column"])).collect();
    statements.iter().any(|tokens| {
        let Some(renamed) = after(tokens, &["rename", "column"]) else { return false };
        after(tokens, &[renamed.as_str(), "to"]).is_some_and(|name| dropped.contains(&name))
    })
}

fn contract_statements(migration: &Migration) -> impl Iterator<Item = &str> {
    let statements = migration.phase(Phase::Contract).filter_map(|step| match &step.body {
        Body::Statements(statements) => Some(statements),
        Body::Backfill(_) | Body::Gate(_) | Body::Consent(_) => None,
    });
    statements.flatten().map(|statement| statement.sql.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_named_beside_its_table_only() {
        let column = member("public.users.user_name").expect("a column");
        let form = OldForm { columns: vec![column], tables: vec!["public.notes".parse().expect("a table")] };
        let named = |text| form.named_in(text);
        assert_eq!(named("SELECT user_name FROM users WHERE id = $1").as_deref(), Some("public.users.user_name"));
        assert_eq!(named("update \"users\" SET USER_NAME = $1").as_deref(), Some("public.users.user_name"));
        assert_eq!(named("SELECT display_name AS user_name FROM users"), None);
        assert_eq!(named("SELECT user_name FROM people"), None);
        assert_eq!(named("SELECT 1 -- users user_name"), None);
        assert_eq!(named("DELETE FROM notes").as_deref(), Some("public.notes"));
    }

    #[test]
    fn whole_rows_are_no_products_and_no_counts() {
        let column = member("public.users.user_name").expect("a column");
        let form = OldForm { columns: vec![column], tables: Vec::new() };
        let reads = |text| form.is_in_whole_rows_of(&sql_text::meaning(text));
        assert!(reads("SELECT * FROM users") && reads("SELECT u.* FROM users u"));
        assert!(reads("DELETE FROM users WHERE id = $1 RETURNING *"));
        assert!(!reads("SELECT count(*) FROM users") && !reads("SELECT 2 * id FROM users"));
        assert!(!reads("SELECT * FROM people"));
    }

    #[test]
    fn names_follow_words() {
        let name = |sql, words: &[&str]| name_after(sql, words).map(|name| name.to_string());
        assert_eq!(name("DROP VIEW public.\"T\"", &["drop", "view"]).as_deref(), Some("public.\"T\""));
        assert_eq!(name("ALTER TABLE a.t RENAME TO u", &["rename", "to"]).as_deref(), Some("public.u"));
        assert_eq!(name("ALTER TABLE a.t RENAME COLUMN o TO n", &["rename", "to"]), None);
    }

    #[test]
    fn a_swap_takes_a_name_over_and_a_grace_time_does_not() {
        let drop = "ALTER TABLE public.t DROP COLUMN a";
        assert!(exchanges_names(&[drop, "ALTER TABLE public.t RENAME COLUMN a_new TO a"]));
        assert!(!exchanges_names(&[drop, "ALTER TABLE public.t RENAME COLUMN b TO b_aside"]));
        assert!(!exchanges_names(&["ALTER TABLE public.t RENAME COLUMN a TO a_aside"]));
    }
}
