//! Constraints and indexes as keys: at the field where they are about one column, else at the struct.

use std::collections::BTreeMap;

use schema_model::{
    Catalog, Check, Deferrable, ForeignKey, Identifier, Index, IndexKeyTarget, PrimaryKey, ReferentialAction, Table,
    Unique, sql_text,
};

use super::context::Context;
use super::tree::Key;
use super::{Note, expression, index_text, words};
use crate::change::TableConstraint;
use crate::diff::constraint;
use crate::plan::name_declared;

/// The keys of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    /// Those of the struct.
    pub(crate) table: Vec<Key>,
    /// Those of columns.
    pub(crate) columns: BTreeMap<Identifier, Vec<Key>>,
    /// The tables that they name.
    pub(crate) tables: Vec<schema_model::QualifiedName>,
}

impl Keys {
    /// Puts a key where it belongs.
    pub(crate) fn push(&mut self, column: Option<&Identifier>, key: Key) {
        match column {
            Some(column) => self.columns.entry(column.clone()).or_default().push(key),
            None => self.table.push(key),
        }
    }
}

/// A key and the column that it stands at.
pub(crate) type Placed = (Option<Identifier>, Key);

impl Context<'_> {
    /// All keys of a table.
    pub(crate) fn keys(&self, table: &Table, notes: &mut Vec<Note>) -> Keys {
        let mut keys = Keys::default();
        if let Some(primary_key) = &table.primary_key {
            let (column, key) = self.primary_key(table, primary_key);
            keys.push(column.as_ref(), key);
        }
        for one in constraint::all(table) {
            if let Some((column, key)) = self.constraint(table, &one, notes) {
                keys.push(column.as_ref(), key);
            }
            if let TableConstraint::ForeignKey(key) = &one {
                keys.tables.push(key.references.clone());
            }
        }
        keys
    }

    /// The primary key, which stands at its only column where nothing else is to be said.
    pub(crate) fn primary_key(&self, table: &Table, primary_key: &PrimaryKey) -> Placed {
        let PrimaryKey { name: _, columns, include, deferrable } = primary_key;
        let mut open = Table::new(table.name.clone());
        open.primary_key = Some(PrimaryKey { name: None, ..primary_key.clone() });
        let usual = named(open).primary_key.and_then(|key| key.name);
        let name = primary_key.name.as_ref().filter(|name| usual.as_ref() != Some(name));
        let mut options: Vec<String> = included(include).into_iter().chain(self::deferrable(*deferrable)).collect();
        options.extend(name.map(index_text::named));
        match columns.as_slice() {
            [column] if options.is_empty() => (Some(column.clone()), Key::word("primary_key")),
            _ => {
                let mut parts = index_text::columns(columns);
                parts.extend(options);
                (None, Key::list("primary_key", parts))
            }
        }
    }

    /// A constraint or an index; `None` where no struct can say it, which is noted.
    pub(crate) fn constraint(&self, table: &Table, one: &TableConstraint, notes: &mut Vec<Note>) -> Option<Placed> {
        let name = explicit_name(table, one);
        match one {
            TableConstraint::Unique(unique) => Some(self::unique(unique, name)),
            TableConstraint::Check(check) => Some(self::check(table, check, name)),
            TableConstraint::ForeignKey(key) => self.foreign_key(table, key, name, notes),
            TableConstraint::Index(index) => self::index(table, index, name, notes),
        }
    }

    fn foreign_key(
        &self,
        table: &Table,
        key: &ForeignKey,
        name: Option<&Identifier>,
        notes: &mut Vec<Note>,
    ) -> Option<Placed> {
        let ForeignKey {
            name: _,
            columns,
            references,
            referenced_columns,
            match_full,
            on_delete,
            on_update,
            deferrable,
            not_valid,
        } = key;
        let Some(target) = self.struct_path(references) else {
            let object = object("foreign key", table, key.name.as_ref());
            notes.push(Note { object, what: format!("not declared: it references {references}, which is not pulled") });
            return None;
        };
        let mut options = Vec::new();
        options.extend(match_full.then(|| "match_full".to_owned()));
        options.extend(action("on_delete", *on_delete));
        options.extend(action("on_update", *on_update));
        options.extend(self::deferrable(*deferrable));
        options.extend(not_valid.then(|| "not_valid".to_owned()));
        options.extend(name.map(index_text::named));
        match (columns.as_slice(), referenced_columns.as_slice()) {
            ([column], [referenced]) if words::is_token(referenced.as_str()) => {
                let mut parts = vec![format!("{target}::{}", words::word(referenced.as_str()))];
                parts.extend(options);
                Some((Some(column.clone()), Key::list("references", parts)))
            }
            _ => {
                let list = |names: &[Identifier]| index_text::columns(names).join(", ");
                let mut parts = vec![format!("({}) -> {target}({})", list(columns), list(referenced_columns))];
                parts.extend(options);
                Some((None, Key::list("foreign_key", parts)))
            }
        }
    }
}

fn unique(unique: &Unique, name: Option<&Identifier>) -> Placed {
    let Unique { name: _, columns, include, nulls_not_distinct, deferrable } = unique;
    let mut options: Vec<String> = included(include).into_iter().collect();
    options.extend(nulls_not_distinct.then(|| "nulls_not_distinct".to_owned()));
    options.extend(self::deferrable(*deferrable));
    options.extend(name.map(index_text::named));
    match columns.as_slice() {
        [column] => (Some(column.clone()), Key::list("unique", options)),
        _ => {
            let mut parts: Vec<String> = columns.iter().map(index_text::key_column).collect();
            parts.extend(options);
            (None, Key::list("unique", parts))
        }
    }
}

/// A check stands at the only column that it is about.
fn check(table: &Table, check: &Check, name: Option<&Identifier>) -> Placed {
    let Check { name: _, expression, column: _, no_inherit, not_valid } = check;
    let own = column_of_check(table, check);
    let text = expression::value(expression);
    let mut parts = vec![if is_item(&text) { text } else { expression::literal(&text) }];
    parts.extend(no_inherit.then(|| "no_inherit".to_owned()));
    parts.extend(not_valid.then(|| "not_valid".to_owned()));
    parts.extend(name.map(index_text::named));
    (own, Key::list("check", parts))
}

/// Tokens that begin like an option, as `stock = 5`, would be taken for one.
fn is_item(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.next().is_some_and(|first| !words::is_word(first)) || words.next().is_some_and(|second| second != "=")
}

fn column_of_check(table: &Table, check: &Check) -> Option<Identifier> {
    let text = check.expression.canonical();
    let mut columns = table.columns.iter().filter(|column| sql_text::mentions(text, column.name.as_str()));
    let only = columns.next()?;
    columns.next().is_none().then(|| only.name.clone())
}

/// An index stands at its only column, where it is nothing but that one's.
fn index(table: &Table, index: &Index, name: Option<&Identifier>, notes: &mut Vec<Note>) -> Option<Placed> {
    if index.invalid {
        let object = object("index", table, index.name.as_ref());
        let what = "not declared: it is INVALID, left by a build that failed; drop it by hand";
        notes.push(Note { object, what: what.to_owned() });
        return None;
    }
    let own = match index.keys.as_slice() {
        [key] => match &key.target {
            IndexKeyTarget::Column(column) if index_text::is_column(key, column) => Some(column),
            _ => None,
        },
        _ => None,
    };
    Some((own.cloned(), index_text::index(index, own, name)))
}

fn object(kind: &str, table: &Table, name: Option<&Identifier>) -> String {
    match name {
        Some(name) => format!("{kind} {name} of {}", table.name),
        None => format!("a {kind} of {}", table.name),
    }
}

/// The name, where the server wouldn't choose it by itself, or where another one of the same form must be told apart.
fn explicit_name<'a>(table: &Table, one: &'a TableConstraint) -> Option<&'a Identifier> {
    let name = one.name()?;
    let alike = constraint::all(table).iter().filter(|other| constraint::same(one, other)).count() > 1;
    (alike || usual_name(table, one).as_ref() != Some(name)).then_some(name)
}

/// The name that it would have if it were alone and its name were open.
fn usual_name(table: &Table, one: &TableConstraint) -> Option<Identifier> {
    let mut open = Table::new(table.name.clone());
    match one.clone() {
        TableConstraint::Unique(unique) => open.uniques.push(Unique { name: None, ..unique }),
        TableConstraint::Check(check) => {
            let column = column_of_check(table, &check);
            open.checks.push(Check { name: None, column, ..check });
        }
        TableConstraint::ForeignKey(key) => open.foreign_keys.push(ForeignKey { name: None, ..key }),
        TableConstraint::Index(index) => open.indexes.push(Index { name: None, ..index }),
    }
    let open = named(open);
    constraint::all(&open).first().and_then(|one| one.name().cloned())
}

fn named(table: Table) -> Table {
    let name = table.name.clone();
    let mut catalog = Catalog::default();
    catalog.tables.insert(name.clone(), table.into());
    name_declared(&mut catalog);
    catalog.table(&name).cloned().unwrap_or_else(|| Table::new(name))
}

fn included(columns: &[Identifier]) -> Option<String> {
    (!columns.is_empty()).then(|| format!("include({})", index_text::columns(columns).join(", ")))
}

fn action(key: &str, action: ReferentialAction) -> Option<String> {
    (!action.is_default()).then(|| format!("{key} = {}", action.as_sql().to_lowercase().replace(' ', "_")))
}

fn deferrable(deferrable: Deferrable) -> Option<String> {
    match deferrable {
        Deferrable::NotDeferrable => None,
        Deferrable::InitiallyImmediate => Some("deferrable".to_owned()),
        Deferrable::InitiallyDeferred => Some("deferrable = initially_deferred".to_owned()),
    }
}
