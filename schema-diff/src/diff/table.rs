//! Tables: new ones, gone ones, and what differs in those on both sides.

use schema_model::{Catalog, PrimaryKey, Table};

use super::rename::Renames;
use super::{Differences, RenameAnswers, column, constraint};
use crate::change::Change;

pub(super) fn compare(from: &Catalog, to: &Catalog, answers: &RenameAnswers, differences: &mut Differences) {
    for (name, old) in &from.tables {
        // One that lives on under another name is told there, and never dropped.
        let lives_on = to
            .tables
            .values()
            .any(|new| new.renamed_from.as_ref() == Some(name) && !from.tables.contains_key(&new.name));
        if !to.tables.contains_key(name) && !lives_on {
            differences.changes.push(Change::DropTable(old.clone()));
        }
    }
    for (name, new) in &to.tables {
        match from.tables.get(name) {
            Some(old) => compare_one(old, new, answers, differences),
            None => add(new, from, differences),
        }
    }
}

fn add(new: &Table, from: &Catalog, differences: &mut Differences) {
    match &new.renamed_from {
        Some(old) if from.tables.contains_key(old) => {
            differences.unhandled(
                &new.name,
                format!("it is declared as renamed from {old}: renaming a table is not handled yet"),
            );
        }
        _ => differences.changes.push(Change::AddTable(new.clone())),
    }
}

fn compare_one(old: &Table, new: &Table, answers: &RenameAnswers, differences: &mut Differences) {
    // Every field is named here, so that a new one can't be passed over; those bound to `_` are no difference.
    let Table {
        name,
        columns: _,
        primary_key,
        uniques: _,
        checks: _,
        foreign_keys: _,
        indexes: _,
        unlogged,
        storage_parameters,
        comment,
        renamed_from: _,
        position: _,
    } = new;
    let renames = Renames::resolve(old, new, answers, differences);
    column::compare(old, new, &renames, differences);
    compare_primary_keys(old, primary_key.as_ref(), new, &renames, differences);
    constraint::compare(old, new, differences);
    if old.unlogged != *unlogged {
        let (is, wanted) = if *unlogged { ("logged", "unlogged") } else { ("unlogged", "logged") };
        let what = format!(
            "it is {is} in the database and {wanted} here: the server would write it anew under a lock that blocks everybody, which is not handled yet"
        );
        differences.unhandled(name, what);
    }
    if old.storage_parameters != *storage_parameters {
        differences.changes.push(Change::SetStorageParameters {
            table: name.clone(),
            from: old.storage_parameters.clone(),
            to: storage_parameters.clone(),
        });
    }
    if old.comment != *comment {
        differences.changes.push(Change::SetTableComment { table: name.clone(), comment: comment.clone() });
    }
}

fn compare_primary_keys(
    old: &Table,
    new_key: Option<&PrimaryKey>,
    new: &Table,
    renames: &Renames,
    differences: &mut Differences,
) {
    match (&old.primary_key, new_key) {
        (None, None) => {}
        (Some(before), Some(after))
            if before.columns == after.columns
                && before.include == after.include
                && before.deferrable == after.deferrable =>
        {
            if after.name.is_some() && after.name != before.name {
                differences
                    .unhandled(&new.name, "its primary key has another name: renaming constraints is not handled yet");
            }
        }
        (Some(before), Some(after)) if before.columns.iter().map(|c| renames.new_name(c)).eq(after.columns.iter()) => {
            differences.unhandled(&new.name, "a renamed column is part of the primary key: that is not handled yet; keep the column's name with `#[db(column = \"…\")]`");
        }
        _ => differences.unhandled(&new.name, "its primary key differs: changing a primary key is not handled yet"),
    }
}
