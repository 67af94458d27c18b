//! Names of collations and operator classes: a struct may leave out the namespace, or name what the server takes anyway.

use std::collections::BTreeSet;

use schema_model::{Catalog, Table, split_dotted};

/// Those of the known catalogs, in full.
pub(super) struct Known<'a>(BTreeSet<&'a str>);

impl<'a> Known<'a> {
    pub(super) fn of(catalogs: &[&'a Catalog]) -> Self {
        let tables = catalogs.iter().flat_map(|catalog| catalog.tables.values());
        Self(tables.flat_map(|table| of(table)).map(String::as_str).collect())
    }

    /// Whether a table has such names that no known catalog has.
    pub(super) fn leaves_open(&self, table: &Table) -> bool {
        of(table).any(|name| !self.0.contains(name.as_str()))
    }

    /// Takes the full name, where one name alone ends like the declared one.
    pub(super) fn recognise(&self, declared: &mut Catalog) {
        for name in declared.tables_mut().flat_map(of_mut).filter(|name| !self.0.contains(name.as_str())) {
            let parts = split_dotted(name);
            let mut found = self.0.iter().filter(|full| split_dotted(full).ends_with(&parts));
            if let (Some(full), None) = (found.next(), found.next()) {
                *name = (*full).to_owned();
            }
        }
    }
}

fn of(table: &Table) -> impl Iterator<Item = &String> {
    let columns = table.columns.iter().flat_map(|column| &column.collation);
    let keys = table.indexes.iter().flat_map(|index| &index.keys);
    columns.chain(keys.flat_map(|key| key.operator_class.iter().chain(&key.collation))).filter(|name| has_a_name(name))
}

fn of_mut(table: &mut Table) -> impl Iterator<Item = &mut String> {
    let columns = table.columns.iter_mut().flat_map(|column| &mut column.collation);
    let keys = table.indexes.iter_mut().flat_map(|index| &mut index.keys);
    let keys = keys.flat_map(|key| key.operator_class.iter_mut().chain(&mut key.collation));
    columns.chain(keys).filter(|name| has_a_name(name))
}

/// An operator class with parameters stays as it is written: no catalog tells these.
pub(super) fn has_a_name(name: &str) -> bool {
    !name.contains('(')
}
