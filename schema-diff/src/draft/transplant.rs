//! Takes single objects of one catalog over into another.

use schema_model::{Catalog, Column, Identifier, QualifiedName, Table, split_dotted};

use crate::change::TableConstraint;
use crate::diff::constraint;

/// Gives `catalog` each object of these keys in the form that it has in `donor`; one that isn't there goes.
pub(super) fn transplant<'a>(catalog: &mut Catalog, donor: &Catalog, keys: impl IntoIterator<Item = &'a str>) {
    // A table comes before what belongs to it.
    let mut keys: Vec<&str> = keys.into_iter().collect();
    keys.sort_by_key(|key| !key.starts_with("table "));
    for key in keys {
        match key.split_once(' ') {
            Some(("type", name)) => {
                let Ok(name) = name.parse::<QualifiedName>() else { continue };
                replace(&mut catalog.enums, &donor.enums, &name);
            }
            Some(("table", name)) => {
                let Ok(name) = name.parse::<QualifiedName>() else { continue };
                table(catalog, donor, &name);
            }
            Some((kind @ ("column" | "constraint" | "index"), path)) => {
                let Some((name, part)) = part_of(path) else { continue };
                let Some(own) = catalog.table_mut(&name) else { continue };
                let other = donor.table(&name);
                match kind {
                    "column" => column(own, other, &part),
                    _ => constraint_or_index(own, other, &part, kind),
                }
            }
            _ => replace(&mut catalog.objects, &donor.objects, &key.to_owned()),
        }
    }
}

/// A table and what belongs to it, in `namespace.table.part`.
pub(super) fn part_of(path: &str) -> Option<(QualifiedName, Identifier)> {
    let parts = split_dotted(path);
    let [namespace, table, part] = parts.as_slice() else { return None };
    let name = |text: &String| Identifier::new(text.clone()).ok();
    Some((QualifiedName::new(name(namespace)?, name(table)?), name(part)?))
}

fn replace<K: Ord + Clone, V: Clone>(
    own: &mut std::collections::BTreeMap<K, V>,
    donor: &std::collections::BTreeMap<K, V>,
    key: &K,
) {
    match donor.get(key) {
        Some(value) => drop(own.insert(key.clone(), value.clone())),
        None => drop(own.remove(key)),
    }
}

/// A table that is on both sides keeps its columns and constraints: they have keys of their own.
fn table(catalog: &mut Catalog, donor: &Catalog, name: &QualifiedName) {
    match (catalog.table_mut(name), donor.table(name)) {
        (Some(own), Some(other)) => {
            own.comment.clone_from(&other.comment);
            own.storage_parameters.clone_from(&other.storage_parameters);
            own.unlogged = other.unlogged;
        }
        _ => replace(&mut catalog.tables, &donor.tables, name),
    }
}

fn column(own: &mut Table, other: Option<&Table>, name: &Identifier) {
    let wanted = other.and_then(|table| table.column(name)).cloned();
    let at = own.columns.iter().position(|column: &Column| column.name == *name);
    match (at, wanted) {
        (Some(at), Some(column)) => own.columns[at] = column,
        (Some(at), None) => drop(own.columns.remove(at)),
        (None, Some(column)) => own.columns.push(column),
        (None, None) => {}
    }
}

fn constraint_or_index(own: &mut Table, other: Option<&Table>, name: &Identifier, kind: &str) {
    let is = |found: Option<&Identifier>| found == Some(name);
    if kind == "index" {
        own.indexes.retain(|index| !is(index.name.as_ref()));
    } else {
        own.uniques.retain(|unique| !is(unique.name.as_ref()));
        own.checks.retain(|check| !is(check.name.as_ref()));
        own.foreign_keys.retain(|key| !is(key.name.as_ref()));
        own.primary_key = own.primary_key.take().filter(|key| !is(key.name.as_ref()));
    }
    let Some(other) = other else { return };
    if kind == "constraint"
        && let Some(key) = other.primary_key.as_ref().filter(|key| is(key.name.as_ref()))
    {
        own.primary_key = Some(key.clone());
    }
    for found in constraint::all(other).into_iter().filter(|found| is(found.name())) {
        match (found, kind) {
            (TableConstraint::Index(index), "index") => own.indexes.push(index),
            (TableConstraint::Unique(unique), "constraint") => own.uniques.push(unique),
            (TableConstraint::Check(check), "constraint") => own.checks.push(check),
            (TableConstraint::ForeignKey(key), "constraint") => own.foreign_keys.push(key),
            _ => {}
        }
    }
}
