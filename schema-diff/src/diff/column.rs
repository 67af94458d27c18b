//! Columns of a table that is on both sides.

use schema_model::{Column, Identity, QualifiedName, Table};

use super::Differences;
use super::rename::Renames;
use crate::change::{Change, ColumnChange};

pub(super) fn compare(old: &Table, new: &Table, renames: &Renames, differences: &mut Differences) {
    let table = &new.name;
    for gone in old.columns.iter().filter(|c| new.column(&c.name).is_none() && !renames.is_source(&c.name)) {
        push(differences, table, ColumnChange::Drop(gone.clone()));
    }
    for column in new.columns.iter().filter(|column| !renames.is_refused(&column.name)) {
        match (old.column(&column.name), renames.source(&column.name).and_then(|source| old.column(source))) {
            (Some(before), _) => compare_one(table, before, column, differences),
            // A renamed column is made anew with everything that hangs on it.
            (None, Some(before)) => {
                let (from, to) = (Box::new(before.clone()), Box::new(column.clone()));
                push(differences, table, ColumnChange::Rename { from, to });
            }
            (None, None) => push(differences, table, ColumnChange::Add(column.clone())),
        }
    }
}

fn push(differences: &mut Differences, table: &QualifiedName, change: ColumnChange) {
    differences.changes.push(Change::Column { table: table.clone(), change });
}

fn compare_one(table: &QualifiedName, before: &Column, after: &Column, differences: &mut Differences) {
    // Every field is named here, so that a new one can't be passed over; those bound to `_` are no difference.
    let Column {
        name: _,
        sql_type,
        nullable,
        default,
        identity,
        generated,
        is_virtual,
        collation,
        settings,
        comment,
        rust: _,
        hints: _,
    } = after;
    let same_generated = match (&before.generated, generated) {
        (None, None) => true,
        (Some(old), Some(new)) => old.same_as(new) && before.is_virtual == *is_virtual,
        _ => false,
    };
    if !same_generated {
        let (from, to) = (Box::new(before.clone()), Box::new(after.clone()));
        return push(differences, table, ColumnChange::SetGenerated { from, to });
    }
    if !same_numbering(before.identity.as_ref(), identity.as_ref()) {
        let (from, to) = (Box::new(before.clone()), Box::new(after.clone()));
        push(differences, table, ColumnChange::SetNumbering { from, to });
    }
    if before.sql_type != *sql_type || before.collation != *collation {
        push(differences, table, ColumnChange::SetType { from: Box::new(before.clone()), to: Box::new(after.clone()) });
    }
    match (before.nullable, *nullable) {
        (true, false) => push(differences, table, ColumnChange::SetNotNull(after.clone())),
        (false, true) => push(differences, table, ColumnChange::DropNotNull(after.clone())),
        _ => {}
    }
    match (&before.default, default) {
        // A numbered column's default comes with its numbering.
        (Some(_), None) if identity.is_some() => {}
        (Some(_), None) => push(differences, table, ColumnChange::DropDefault(after.clone())),
        (old, Some(new)) if !old.as_ref().is_some_and(|old| old.same_as(new)) => {
            push(differences, table, ColumnChange::SetDefault { column: after.clone(), default: new.clone() });
        }
        _ => {}
    }
    if before.settings != *settings {
        let change = ColumnChange::SetSettings { from: before.settings.clone(), column: after.clone() };
        push(differences, table, change);
    }
    if before.comment != *comment {
        push(differences, table, ColumnChange::SetComment(after.clone()));
    }
}

/// A sequence whose name is open on one side is that of the other.
fn same_numbering(before: Option<&Identity>, after: Option<&Identity>) -> bool {
    match (before, after) {
        (None, None) => true,
        (Some(before), Some(after)) => {
            let Identity { kind, sequence, options } = after;
            before.kind == *kind
                && before.options == *options
                && sequence.as_ref().zip(before.sequence.as_ref()).is_none_or(|(name, before)| before == name)
        }
        _ => false,
    }
}
