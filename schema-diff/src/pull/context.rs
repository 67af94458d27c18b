//! What every part of an item must know.

use std::collections::BTreeMap;

use schema_model::{Catalog, QualifiedName, SqlType};

use super::Note;
use super::home::{Existing, Home};
use super::names::Names;
use super::options::Options;
use super::tree::Item;

/// What every part of an item must know.
#[derive(Clone, Debug)]
pub(crate) struct Context<'a> {
    /// What is pulled.
    pub(crate) catalog: &'a Catalog,
    /// The base types of domains.
    pub(crate) domains: &'a BTreeMap<QualifiedName, SqlType>,
    /// What the user chose.
    pub(crate) options: &'a Options,
    /// The Rust names.
    pub(crate) names: Names,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        catalog: &'a Catalog,
        domains: &'a BTreeMap<QualifiedName, SqlType>,
        options: &'a Options,
        existing: &Existing,
    ) -> Self {
        let names = Names::of(catalog, options, existing).seen_from(&existing.home, catalog, existing);
        Self { catalog, domains, options, names }
    }

    /// The same, with names as another module calls them.
    pub(crate) fn seen_from(&self, home: &Home, existing: &Existing) -> Self {
        let names = Names::of(self.catalog, self.options, existing).seen_from(home, self.catalog, existing);
        Self { names, ..self.clone() }
    }

    /// All new items: enums, then each table with the newtype of its key before it.
    pub(crate) fn items(&self, existing: &Existing, notes: &mut Vec<Note>) -> Vec<Item> {
        let enums = self.catalog.enums.values().filter(|enum_type| existing.of(&enum_type.name).is_none());
        let mut items: Vec<Item> = enums.map(|enum_type| self.enum_item(enum_type)).collect();
        for table in self.catalog.tables.values().filter(|table| existing.of(&table.name).is_none()) {
            items.extend(self.newtype(table));
            items.push(self.struct_item(table, notes));
        }
        items
    }

    /// The struct of a table, as a path.
    pub(crate) fn struct_path(&self, table: &QualifiedName) -> Option<&str> {
        self.names.tables.get(table).map(String::as_str)
    }

    /// What structs derive.
    pub(crate) fn struct_derives(&self) -> Vec<String> {
        let mut derives: Vec<String> = ["Clone", "Debug", "Schema"].map(str::to_owned).to_vec();
        derives.extend(self.options.sqlx.then(|| "sqlx::FromRow".to_owned()));
        derives.extend(self.options.derives.iter().cloned());
        derives
    }

    /// What column types derive beside the given ones.
    pub(crate) fn type_derives(&self, mut derives: Vec<String>) -> Vec<String> {
        derives.push("Schema".to_owned());
        derives.extend(self.options.sqlx.then(|| "sqlx::Type".to_owned()));
        derives.extend(self.options.derives.iter().filter(|own| !derives.contains(own)).cloned().collect::<Vec<_>>());
        derives
    }
}
