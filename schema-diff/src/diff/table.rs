//! Tables: new ones, gone ones, and what differs in those on both sides.

use schema_model::{Catalog, PrimaryKey, QualifiedName, SqlObject, Table};

use super::object::RELATIONS;
use super::rename::Renames;
use super::{Differences, RenameAnswers, column, constraint};
use crate::change::{Change, ConstraintChange};

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
        _ => match from.objects.values().find(|object| is_in_the_way(object, new)) {
            Some(object) => differences.unhandled(
                &new.name,
                format!(
                    "a {} of that name is in the database: putting a table into its place is not handled yet",
                    object.kind
                ),
            ),
            None => differences.changes.push(Change::AddTable(new.clone())),
        },
    }
}

/// Whether an object has the name that a table is to have.
fn is_in_the_way(object: &SqlObject, table: &Table) -> bool {
    RELATIONS.contains(&object.kind) && object.name.parse::<QualifiedName>().is_ok_and(|name| name == table.name)
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
            if let (Some(from), Some(to)) = (before.name.clone(), after.name.clone())
                && from != to
            {
                let change = ConstraintChange::Rename { kind: "primary key", from, to };
                differences.changes.push(Change::Constraint { table: new.name.clone(), change });
            }
        }
        (Some(before), Some(after)) if before.columns.iter().map(|c| renames.new_name(c)).eq(after.columns.iter()) => {
            differences.unhandled(&new.name, "a renamed column is part of the primary key: that is not handled yet; keep the column's name with `#[db(column = \"…\")]`");
        }
        (from, to) => differences.changes.push(Change::SetPrimaryKey {
            table: new.name.clone(),
            from: from.clone(),
            to: to.cloned(),
        }),
    }
}
