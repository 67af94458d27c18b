//! Names of collations and operator classes: a struct may leave out the namespace, or name what the server takes anyway.

use std::collections::BTreeSet;

use schema_model::{Catalog, Table, split_dotted};

/// Takes the full name from the known catalogs, where one name alone there ends like the declared one.
pub(super) fn recognise(declared: &mut Catalog, known: &[&Catalog]) {
    let known = all(known);
    for name in declared.tables_mut().flat_map(of_mut).filter(|name| !known.contains(name.as_str())) {
        let parts = split_dotted(name);
        let ends_alike = |full: &&&str| split_dotted(full).ends_with(&parts);
        let mut found = known.iter().filter(ends_alike);
        if let (Some(full), None) = (found.next(), found.next()) {
            *name = (*full).to_owned();
        }
    }
}

/// Whether a table has such names that no known catalog has.
pub(super) fn is_open(table: &Table, known: &[&Catalog]) -> bool {
    let mut names = of(table).peekable();
    if names.peek().is_none() {
        return false;
    }
    let known = all(known);
    names.any(|name| !known.contains(name.as_str()))
}

fn all<'a>(catalogs: &[&'a Catalog]) -> BTreeSet<&'a str> {
    let tables = catalogs.iter().flat_map(|catalog| catalog.tables.values());
    tables.flat_map(|table| of(table)).map(String::as_str).collect()
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
