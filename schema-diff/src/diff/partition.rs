//! Partitions: new ones, those that are none any more; and what is not like the table whose they are.

use schema_model::{Catalog, Column, Hints, Partition, Partitioning, QualifiedName, Table};

use super::table::compare_one;
use super::{Differences, RenameAnswers};
use crate::change::{Change, ColumnChange, ConstraintChange};

pub(super) fn compare(old: &Table, new: &Table, differences: &mut Differences) {
    let what = match (&old.partitioning, &new.partitioning) {
        (Some(old), Some(now)) => return compare_partitions(&new.name, old, now, differences),
        (None, None) => return,
        (None, Some(now)) => format!("it is to be partitioned by {}", now.key),
        (Some(old), None) => format!("it is no longer to be partitioned by {}", old.key),
    };
    differences.unhandled(&new.name, format!("{what}: that takes another table; write it by hand (cargo schema new)"));
}

fn compare_partitions(table: &QualifiedName, old: &Partitioning, new: &Partitioning, differences: &mut Differences) {
    if old.key != new.key {
        let what = format!("it is partitioned by {}, and is to be by {}", old.key, new.key);
        differences.unhandled(table, format!("{what}: that takes another table; write it by hand (cargo schema new)"));
        return;
    }
    let find = |of: &Partitioning, name: &QualifiedName| of.partitions.iter().find(|one| one.name == *name).cloned();
    for gone in old.partitions.iter().filter(|one| find(new, &one.name).is_none()) {
        let change = Change::DetachPartition { table: table.clone(), partition: gone.clone() };
        differences.changes.push(change);
    }
    for one in &new.partitions {
        match find(old, &one.name) {
            None => {
                let change = Change::AddPartition { table: table.clone(), partition: one.clone() };
                differences.changes.push(change);
            }
            Some(before) => compare_one_partition(&before, one, differences),
        }
    }
}

fn compare_one_partition(old: &Partition, new: &Partition, differences: &mut Differences) {
    if old.bound != new.bound {
        let what = format!("it holds the rows {}, and is to hold {}", old.bound, new.bound);
        differences.unhandled(&new.name, format!("{what}; write it by hand (cargo schema new)"));
    }
    match (&old.partitioning, &new.partitioning) {
        (Some(old), Some(now)) => compare_partitions(&new.name, old, now, differences),
        (None, None) => {}
        _ => differences
            .unhandled(&new.name, "whether it is partitioned itself differs; write it by hand (cargo schema new)"),
    }
}

/// What differs on a partition and not on the table whose it is.
pub(super) fn compare_inherited(
    old: &Table,
    new: &Table,
    (from, to): (&Catalog, &Catalog),
    differences: &mut Differences,
) {
    let (Some(old_root), Some(new_root)) = (from.table_above(&new.name), to.table_above(&new.name)) else { return };
    let (mut own, mut inherited) = (Differences::default(), Differences::default());
    // What was said about columns, a new name too, was said of the table.
    let answers = RenameAnswers::default();
    compare_one(&undescribed(old), &undescribed(new), &answers, &mut own);
    compare_one(&undescribed(old_root), &undescribed(new_root), &answers, &mut inherited);
    compare_descriptions(old, new, differences);
    let known = |what: &str| inherited.unhandled.iter().any(|other| other.what == what);
    differences.unhandled.extend(own.unhandled.iter().filter(|one| !known(&one.what)).cloned());
    // Names are its own.
    let is_a_name =
        |change: &Change| matches!(change, Change::Constraint { change: ConstraintChange::Rename { .. }, .. });
    let is_own = |change: &&Change| !is_a_name(change) && !inherited.changes.iter().any(|other| is_same(change, other));
    let has_partitions = [from, to].iter().any(|side| side.partitioning_of(&new.name).is_some());
    for change in own.changes.iter().filter(is_own) {
        if is_made_alone(change, has_partitions) {
            differences.changes.push(change.clone());
        } else {
            differences.unhandled(change, "it is a change of a partition alone; write it by hand (cargo schema new)");
        }
    }
}

/// Whether a partition, which is a table like another one in this, is changed without the table whose it is. Where it has
/// partitions itself, most of what is done to it is done to these too.
fn is_made_alone(change: &Change, has_partitions: bool) -> bool {
    match change {
        Change::SetStorageParameters { .. } | Change::SetLogged { .. } => !has_partitions,
        Change::Column { change, .. } => {
            let of_values_to_come = matches!(
                change,
                ColumnChange::SetDefault { .. } | ColumnChange::DropDefault(_) | ColumnChange::SetSettings { .. }
            );
            of_values_to_come && !has_partitions
        }
        Change::Constraint { change, .. } => !matches!(change, ConstraintChange::Rename { .. }) && !has_partitions,
        _ => false,
    }
}

/// Without what a table doesn't give to its partitions: what is said of it and its columns.
fn undescribed(table: &Table) -> Table {
    let mut table = Table { comment: None, ..table.clone() };
    for column in &mut table.columns {
        (column.hints, column.comment) = (Hints::default(), None);
    }
    table
}

fn compare_descriptions(old: &Table, new: &Table, differences: &mut Differences) {
    let table = &new.name;
    if old.comment != new.comment {
        differences.changes.push(Change::SetTableComment { table: table.clone(), comment: new.comment.clone() });
    }
    let before = |column: &Column| old.column(&column.name).and_then(|old| old.comment.clone());
    for column in new.columns.iter().filter(|column| before(column) != column.comment) {
        let change = ColumnChange::SetComment(column.clone());
        differences.changes.push(Change::Column { table: table.clone(), change });
    }
}

/// Whether a change of a partition is that of its table.
fn is_same(own: &Change, inherited: &Change) -> bool {
    match (own, inherited) {
        (Change::Column { change: own, .. }, Change::Column { change: inherited, .. }) => own == inherited,
        (Change::Constraint { change: own, .. }, Change::Constraint { change: inherited, .. }) => {
            match (own, inherited) {
                (ConstraintChange::Add(own), ConstraintChange::Add(other))
                | (ConstraintChange::Drop(own), ConstraintChange::Drop(other))
                | (ConstraintChange::Validate(own), ConstraintChange::Validate(other)) => {
                    super::constraint::same(own, other)
                }
                _ => false,
            }
        }
        (Change::SetPrimaryKey { from: a, to: b, .. }, Change::SetPrimaryKey { from: c, to: d, .. }) => {
            a.is_some() == c.is_some() && b.is_some() == d.is_some()
        }
        _ => false,
    }
}
