//! Constraints and indexes, matched by structure: names are often the applications' own.

use std::collections::BTreeMap;

use schema_model::{
    Check, Column, ForeignKey, Identifier, Index, IndexKey, IndexKeyTarget, QualifiedName, Table, Unique,
};

use super::Differences;
use crate::change::{Change, ConstraintChange, TableConstraint};

pub(super) fn compare(old: &Table, new: &Table, differences: &mut Differences) {
    let goes = |column: &Column| new.column(&column.name).is_none();
    let gone: Vec<&Identifier> = old.columns.iter().filter(|c| goes(c)).map(|c| &c.name).collect();
    let mut old_ones = all(old);
    let mut added = Vec::new();
    for wanted in all(new) {
        match old_ones.iter().position(|found| serves(found, &wanted)) {
            Some(at) => matched(new, &old_ones.remove(at), &wanted, differences),
            None => added.push(wanted),
        }
    }
    for left in old_ones {
        // What hangs on a column that goes, goes with it: the server drops it along with the column.
        if !hangs_on(&left, &gone) {
            push(differences, new, ConstraintChange::Drop(left));
        }
    }
    for wanted in added {
        push(differences, new, ConstraintChange::Add(wanted));
    }
}

fn push(differences: &mut Differences, table: &Table, change: ConstraintChange) {
    differences.changes.push(Change::Constraint { table: table.name.clone(), change });
}

pub(crate) fn all(table: &Table) -> Vec<TableConstraint> {
    let uniques = table.uniques.iter().cloned().map(TableConstraint::Unique);
    let checks = table.checks.iter().cloned().map(TableConstraint::Check);
    let foreign_keys = table.foreign_keys.iter().cloned().map(TableConstraint::ForeignKey);
    let indexes = table.indexes.iter().cloned().map(TableConstraint::Index);
    uniques.chain(checks).chain(foreign_keys).chain(indexes).collect()
}

/// Puts others in the place of all constraints and indexes of a table.
pub(crate) fn replace_all(table: &mut Table, constraints: Vec<TableConstraint>) {
    let Table { uniques, checks, foreign_keys, indexes, .. } = table;
    uniques.clear();
    checks.clear();
    foreign_keys.clear();
    indexes.clear();
    for constraint in constraints {
        add(table, constraint);
    }
}

/// Puts a constraint or an index on a table.
pub(crate) fn add(table: &mut Table, constraint: TableConstraint) {
    match constraint {
        TableConstraint::Unique(unique) => table.uniques.push(unique),
        TableConstraint::Check(check) => table.checks.push(check),
        TableConstraint::ForeignKey(key) => table.foreign_keys.push(key),
        TableConstraint::Index(index) => table.indexes.push(index),
    }
}

fn matched(table: &Table, found: &TableConstraint, wanted: &TableConstraint, differences: &mut Differences) {
    if let (Some(old), Some(new)) = (found.name(), wanted.name())
        && old != new
    {
        let change = ConstraintChange::Rename { kind: found.kind(), from: old.clone(), to: new.clone() };
        push(differences, table, change);
    }
    match (found, wanted) {
        (TableConstraint::Index(index), _) if index.invalid => {
            let what = format!(
                "its index {} is INVALID, left by a build that failed: drop it (DROP INDEX CONCURRENTLY), then run this again",
                name_of(found)
            );
            differences.unhandled(&table.name, what);
        }
        (_, TableConstraint::Index(index)) if index.invalid => {
            let what = format!(
                "its index {} is INVALID on the side that is to be, left there by a build that failed: drop it there (DROP INDEX CONCURRENTLY), then run this again",
                name_of(wanted)
            );
            differences.unhandled(&table.name, what);
        }
        (
            TableConstraint::Check(Check { not_valid: true, .. }),
            TableConstraint::Check(Check { not_valid: false, .. }),
        )
        | (
            TableConstraint::ForeignKey(ForeignKey { not_valid: true, .. }),
            TableConstraint::ForeignKey(ForeignKey { not_valid: false, .. }),
        ) => push(differences, table, ConstraintChange::Validate(found.clone())),
        _ => {}
    }
}

fn name_of(constraint: &TableConstraint) -> String {
    constraint.name().map_or_else(|| "without a name".to_owned(), ToString::to_string)
}

/// The columns that a foreign key can reference.
pub(crate) fn key_columns(constraint: &TableConstraint) -> Option<Vec<Identifier>> {
    match constraint {
        TableConstraint::Unique(unique) => Some(unique.columns.clone()),
        TableConstraint::Index(index) if index.unique && index.predicate.is_none() => {
            index.keys.iter().map(|key| key.target.column().cloned()).collect()
        }
        _ => None,
    }
}

/// Whether what is found stays as what is wanted: NOT VALID can be validated, and nothing makes a valid one NOT VALID.
pub(crate) fn serves(found: &TableConstraint, wanted: &TableConstraint) -> bool {
    same(found, wanted) && (found.is_not_valid() || !wanted.is_not_valid())
}

/// Whether both mean the same, whatever rows were checked. Every field is named, so that a new one can't be passed over.
pub(crate) fn same(a: &TableConstraint, b: &TableConstraint) -> bool {
    match (a, b) {
        (TableConstraint::Unique(a), TableConstraint::Unique(b)) => {
            let Unique { name: _, columns, include, nulls_not_distinct, deferrable } = a;
            *columns == b.columns
                && *include == b.include
                && *nulls_not_distinct == b.nulls_not_distinct
                && *deferrable == b.deferrable
        }
        (TableConstraint::Check(a), TableConstraint::Check(b)) => {
            let Check { name: _, expression, column: _, no_inherit, not_valid: _ } = a;
            expression.same_as(&b.expression) && *no_inherit == b.no_inherit
        }
        (TableConstraint::ForeignKey(a), TableConstraint::ForeignKey(b)) => {
            let ForeignKey {
                name: _,
                columns,
                references,
                referenced_columns,
                match_full,
                on_delete,
                on_update,
                deferrable,
                not_valid: _,
            } = a;
            *columns == b.columns
                && *references == b.references
                && *referenced_columns == b.referenced_columns
                && *match_full == b.match_full
                && *on_delete == b.on_delete
                && *on_update == b.on_update
                && *deferrable == b.deferrable
        }
        (TableConstraint::Index(a), TableConstraint::Index(b)) => same_index(a, b),
        _ => false,
    }
}

fn same_index(a: &Index, b: &Index) -> bool {
    let Index { name: _, unique, method, keys, include, predicate, nulls_not_distinct, with, invalid: _ } = a;
    let same_predicate = match (predicate, &b.predicate) {
        (None, None) => true,
        (Some(a), Some(b)) => a.same_as(b),
        _ => false,
    };
    *unique == b.unique
        && *method == b.method
        && *include == b.include
        && *nulls_not_distinct == b.nulls_not_distinct
        && *with == b.with
        && same_predicate
        && keys.len() == b.keys.len()
        && keys.iter().zip(&b.keys).all(|(a, b)| same_key(a, b))
}

fn same_key(a: &IndexKey, b: &IndexKey) -> bool {
    let IndexKey { target, descending, nulls, operator_class, parameters, collation, declared: _ } = a;
    let same_target = match (target, &b.target) {
        (IndexKeyTarget::Column(a), IndexKeyTarget::Column(b)) => a == b,
        (IndexKeyTarget::Expression(a), IndexKeyTarget::Expression(b)) => a.same_as(b),
        _ => false,
    };
    same_target
        && *descending == b.descending
        && *nulls == b.nulls
        && *operator_class == b.operator_class
        && *parameters == b.parameters
        && *collation == b.collation
}

/// The key of the comment on a constraint or an index.
pub(crate) fn comment_key(table: &QualifiedName, name: &Identifier, is_index: bool) -> String {
    if is_index {
        format!("comment index {}", table.sibling(name.clone()))
    } else {
        format!("comment table constraint {name} on {table}")
    }
}

/// Whether a constraint uses one of the columns.
pub(crate) fn hangs_on(constraint: &TableConstraint, gone: &[&Identifier]) -> bool {
    let names = |columns: &[Identifier]| columns.iter().any(|column| gone.contains(&column));
    let mentions = |text: &str| gone.iter().any(|column| schema_model::sql_text::mentions(text, column.as_str()));
    match constraint {
        TableConstraint::Unique(unique) => names(&unique.columns) || names(&unique.include),
        TableConstraint::ForeignKey(foreign_key) => names(&foreign_key.columns),
        TableConstraint::Check(check) => mentions(check.expression.canonical()),
        TableConstraint::Index(index) => {
            names(&index.include)
                || index.predicate.as_ref().is_some_and(|predicate| mentions(predicate.canonical()))
                || index.keys.iter().any(|key| match &key.target {
                    IndexKeyTarget::Column(column) => gone.contains(&column),
                    IndexKeyTarget::Expression(expression) => mentions(expression.canonical()),
                })
        }
    }
}

/// The same constraint over columns that have other names, as far as they are named plainly.
pub(crate) fn renamed(constraint: &TableConstraint, names: &BTreeMap<&Identifier, Identifier>) -> TableConstraint {
    let one = |column: &Identifier| names.get(column).unwrap_or(column).clone();
    let all = |columns: &[Identifier]| columns.iter().map(one).collect::<Vec<_>>();
    let text = |expression: &schema_model::Expression| {
        let replaced = schema_model::sql_text::replace_columns(expression.canonical(), "", |name| {
            names.iter().find(|(old, _)| old.as_str() == name).map(|(_, new)| new.quoted())
        });
        schema_model::Expression::inspected(replaced)
    };
    let mut constraint = constraint.clone();
    match &mut constraint {
        TableConstraint::Unique(unique) => {
            unique.columns = all(&unique.columns);
            unique.include = all(&unique.include);
        }
        TableConstraint::ForeignKey(key) => key.columns = all(&key.columns),
        TableConstraint::Check(check) => check.expression = text(&check.expression),
        TableConstraint::Index(index) => {
            index.include = all(&index.include);
            index.predicate = index.predicate.as_ref().map(text);
            for key in &mut index.keys {
                key.target = match &key.target {
                    IndexKeyTarget::Column(column) => IndexKeyTarget::Column(one(column)),
                    IndexKeyTarget::Expression(expression) => IndexKeyTarget::Expression(text(expression)),
                };
            }
        }
    }
    constraint
}
