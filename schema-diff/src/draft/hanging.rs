//! What hangs on columns: the server takes it along with one that is dropped (`DROP COLUMN … CASCADE`).

use std::collections::BTreeSet;

use schema_model::{Catalog, Identifier, QualifiedName, SqlObject, Table};

use crate::change::TableConstraint;
use crate::diff::constraint::{all, comment_key, hangs_on};
use crate::diff::object::with_leaning;

/// A column with its table.
pub(super) type ColumnName = (QualifiedName, Identifier);

/// The keys of constraints, indexes and other objects that hang on some columns of a catalog.
pub(super) fn hanging(catalog: &Catalog, columns: &BTreeSet<ColumnName>) -> BTreeSet<String> {
    if columns.is_empty() {
        return BTreeSet::new();
    }
    let (mut keys, mut comments) = (BTreeSet::new(), BTreeSet::new());
    for table in catalog.tables.values() {
        let own: Vec<&Identifier> = of_table(columns, &table.name).collect();
        for one in all(table).into_iter().filter(|one| hangs_on(one, &own) || references(one, columns)) {
            let Some(name) = one.name() else { continue };
            let is_index = matches!(one, TableConstraint::Index(_));
            let kind = if is_index { "index" } else { "constraint" };
            keys.insert(format!("{kind} {}.{name}", table.name));
            comments.insert(comment_key(&table.name, name, is_index));
        }
        let primary_key = table.primary_key.iter().filter(|key| key.columns.iter().any(|column| own.contains(&column)));
        for name in primary_key.filter_map(|key| key.name.as_ref()) {
            keys.insert(format!("constraint {}.{name}", table.name));
            comments.insert(comment_key(&table.name, name, false));
        }
    }
    let needed: BTreeSet<String> = columns.iter().map(|(table, column)| format!("column {table}.{column}")).collect();
    // What is on a table whose columns are all meant is on the table.
    let is_whole = |table: &QualifiedName| {
        let columns_of =
            |table: &Table| table.columns.iter().all(|one| columns.contains(&(table.name.clone(), one.name.clone())));
        catalog.table(table).is_some_and(columns_of)
    };
    let is_on_them = |object: &SqlObject| {
        !object.needs.is_disjoint(&needed)
            || comments.contains(&object.key())
            || object.table.as_ref().is_some_and(is_whole)
            || is_right_to(object, columns)
    };
    keys.extend(with_leaning(catalog, is_on_them).into_iter().cloned());
    keys
}

fn of_table<'a>(columns: &'a BTreeSet<ColumnName>, table: &QualifiedName) -> impl Iterator<Item = &'a Identifier> {
    columns.iter().filter(move |(other, _)| other == table).map(|(_, column)| column)
}

/// Whether it is a key of another table, or the same one, that references one of the columns.
fn references(one: &TableConstraint, columns: &BTreeSet<ColumnName>) -> bool {
    let TableConstraint::ForeignKey(key) = one else { return false };
    of_table(columns, &key.references).any(|column| key.referenced_columns.contains(column))
}

fn is_right_to(object: &SqlObject, columns: &BTreeSet<ColumnName>) -> bool {
    object.table.as_ref().is_some_and(|table| of_table(columns, table).any(|column| object.is_right_to(column)))
}
