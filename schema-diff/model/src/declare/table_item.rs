//! A struct that declares a table, or columns to be embedded in one.

use syn::Path;
use syn::parse::Parser;

use super::attr;
use super::entry::{Entry, Value};
use super::field::Field;
use super::index_key;
use super::item::qualified;
use super::key::{self, Naming, Reference, UniqueKey};
use super::mistake::{At, Mistakes, Spanned};
use super::{storage, unread_column};
use crate::constraint::{Check, PrimaryKey};
use crate::index::Index;
use crate::name::{Identifier, QualifiedName};

/// A table as its struct declares it.
#[derive(Clone, Debug)]
pub struct TableItem {
    /// Its name.
    pub name: QualifiedName,
    /// Whether its columns stand in other tables and it is none itself.
    pub embedded: bool,
    /// The struct of the table that this one reads a part of; it is none itself then.
    pub projection_of: Option<Path>,
    /// Whether somebody else looks after it.
    pub unmanaged: bool,
    /// Whether it is empty after a crash, and faster for it.
    pub unlogged: bool,
    /// Its storage parameters.
    pub storage_parameters: Vec<String>,
    /// Its earlier name.
    pub renamed_from: Option<QualifiedName>,
    /// Its primary key.
    pub primary_key: Option<Naming<PrimaryKey>>,
    /// Its unique constraints and indexes.
    pub uniques: Vec<UniqueKey>,
    /// Its other indexes.
    pub indexes: Vec<Naming<Index>>,
    /// Its checks.
    pub checks: Vec<Naming<Check>>,
    /// Its foreign keys.
    pub foreign_keys: Vec<Reference>,
    /// The fields that make columns, then the columns that the struct doesn't read.
    pub fields: Vec<Field>,
}

/// Reads the keys of a struct.
pub(crate) fn read(name: QualifiedName, entries: &[Entry], fields: Vec<Field>, mistakes: &mut Mistakes) -> TableItem {
    let mut table = TableItem {
        name,
        embedded: false,
        projection_of: None,
        unmanaged: false,
        unlogged: false,
        storage_parameters: Vec::new(),
        renamed_from: None,
        primary_key: None,
        uniques: Vec::new(),
        indexes: Vec::new(),
        checks: Vec::new(),
        foreign_keys: Vec::new(),
        fields,
    };
    if let Some(embedded) = entries.iter().find(|entry| entry.name() == "embedded") {
        table.embedded = embedded.flag(mistakes);
        let others: Vec<_> = entries.iter().filter(|entry| entry.name() != "crate").cloned().collect();
        attr::alone(embedded, &others, "an embedded struct is no table", mistakes);
        return table;
    }
    if let Some(projection) = entries.iter().find(|entry| entry.name() == "projection_of") {
        table.projection_of = target(projection, mistakes);
        // Where the path is no path it is still no table.
        table.embedded = table.projection_of.is_none();
        let others: Vec<_> = entries.iter().filter(|entry| entry.name() != "crate").cloned().collect();
        attr::alone(projection, &others, "a projection is no table", mistakes);
        return table;
    }
    // The name comes first: what else has no namespace takes the table's.
    let text = entries.iter().find(|entry| entry.name() == "table").and_then(|entry| entry.text(mistakes));
    let name = text.as_ref().and_then(|text| qualified(text, &table.name.namespace, mistakes));
    table.name = name.unwrap_or(table.name);
    entries.iter().for_each(|entry| table.apply(entry, mistakes));
    if let Some(text) = text.filter(|_| !table.unmanaged) {
        not_of_the_server(&table.name.namespace, &text.at, mistakes);
    }
    table
}

/// The server makes no namespace whose name begins with `pg_`, and nothing in those that are there.
pub(crate) fn not_of_the_server(namespace: &Identifier, at: &At, mistakes: &mut Mistakes) {
    let name = namespace.as_str();
    if name.starts_with("pg_") || name == "information_schema" {
        let help = "give the namespace another name; a table that is only read there is `unmanaged`";
        mistakes.with_help(at, format_args!("the server keeps the namespace `{name}` for itself"), help);
    }
}

/// The path of `projection_of = Table`.
fn target(entry: &Entry, mistakes: &mut Mistakes) -> Option<Path> {
    let path = match &entry.value {
        Value::Equals(tokens) => Path::parse_mod_style.parse2(tokens.clone()).ok(),
        Value::Nothing | Value::List(_) => None,
    };
    if path.is_none() {
        mistakes.with_help(&entry.at(), "expected the struct of a table", "write `projection_of = Table`");
    }
    path
}

impl TableItem {
    /// Whether it declares a table of its own.
    pub fn is_table(&self) -> bool {
        !self.embedded && self.projection_of.is_none()
    }

    fn apply(&mut self, entry: &Entry, mistakes: &mut Mistakes) {
        match entry.name().as_str() {
            "primary_key" => self.primary_key = key::primary_key(entry, mistakes),
            "unique" => self.uniques.extend(key::unique(entry, None, mistakes)),
            "index" => self.indexes.extend(index_key::index(entry, None, mistakes)),
            "check" => self.checks.extend(key::check(entry, None, mistakes)),
            "column" => self.fields.extend(unread_column::read(entry, mistakes)),
            "foreign_key" => self.foreign_keys.extend(key::foreign_key(entry, mistakes)),
            "unlogged" => self.unlogged = entry.flag(mistakes),
            "with" => {
                let group = entry.list("with(fillfactor = 70)", mistakes);
                self.storage_parameters = group.map(|group| storage::parameters(group, mistakes)).unwrap_or_default();
            }
            "unmanaged" => self.unmanaged = entry.flag(mistakes),
            "renamed_from" => {
                let text = entry.text(mistakes);
                self.renamed_from = text.and_then(|text| qualified(&text, &self.name.namespace, mistakes));
            }
            _ => {}
        }
    }

    /// The columns that the table's keys name, with their places.
    pub(crate) fn named_columns(&self) -> impl Iterator<Item = &Spanned<Identifier>> {
        (self.primary_key.iter().flat_map(|key| &key.columns))
            .chain(self.all_uniques().flat_map(UniqueKey::columns))
            .chain(self.all_indexes().flat_map(|index| &index.columns))
            .chain(self.all_references().flat_map(|key| &key.columns))
    }

    /// The names that are given to constraints and indexes, with the places of these.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&Identifier, At)> {
        (self.primary_key.iter().filter_map(|key| Some((key.noun.name.as_ref()?, key.at))))
            .chain(self.all_uniques().filter_map(|unique| Some((unique.name()?, unique.at()))))
            .chain(self.all_indexes().filter_map(|index| Some((index.noun.name.as_ref()?, index.at))))
            .chain(self.all_checks().filter_map(|check| Some((check.noun.name.as_ref()?, check.at))))
            .chain(self.all_references().filter_map(|key| Some((key.name.as_ref()?, key.at))))
    }

    /// The unique keys of the struct and of its fields.
    pub fn all_uniques(&self) -> impl Iterator<Item = &UniqueKey> {
        self.uniques.iter().chain(self.fields.iter().flat_map(|field| &field.uniques))
    }

    /// The indexes of the struct and of its fields.
    pub fn all_indexes(&self) -> impl Iterator<Item = &Naming<Index>> {
        self.indexes.iter().chain(self.fields.iter().flat_map(|field| &field.indexes))
    }

    /// The checks of the struct and of its fields.
    pub fn all_checks(&self) -> impl Iterator<Item = &Naming<Check>> {
        self.checks.iter().chain(self.fields.iter().flat_map(|field| &field.checks))
    }

    /// The foreign keys of the struct and of its fields.
    pub fn all_references(&self) -> impl Iterator<Item = &Reference> {
        self.foreign_keys.iter().chain(self.fields.iter().flat_map(|field| &field.references))
    }
}
