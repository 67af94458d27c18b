//! Tables: new ones, gone ones, and what differs in those on both sides.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use schema_model::{Catalog, ForeignKey, Identifier, ObjectKind, PrimaryKey, QualifiedName, SqlObject, Table};

use super::follow::{Followed, Names, follow, renamed_object};
use super::object::RELATIONS;
use super::rename::Renames;
use super::{Differences, LateNames, RenameAnswers, column, constraint, partition};
use crate::change::{Change, ColumnChange, ConstraintChange, TableConstraint};

pub(super) fn compare(from: &Catalog, to: &Catalog, answers: &RenameAnswers, differences: &mut Differences) {
    let renamed = renamed(from, to);
    to.tables.values().for_each(|new| refuse_taken_names(new, (from, to), differences));
    // References follow a table that is renamed, and everything a column that is renamed in place.
    let Followed { catalog, names } = follow(from, to, answers);
    let followed = with_new_names(catalog, &renamed);
    let (old_partitions, new_partitions) = (from.partitions(), to.partitions());
    for (name, old) in &followed.tables {
        if !to.tables.contains_key(name) && !old_partitions.contains(name) {
            differences.changes.push(Change::DropTable(Table::clone(old)));
        }
    }
    for (name, new) in &to.tables {
        match (from.tables.get(name), followed.tables.get(name)) {
            (_, None) if new_partitions.contains(name) => {}
            (Some(_), Some(old)) if old_partitions.contains(name) && new_partitions.contains(name) => {
                partition::compare_inherited(old, new, (from, to), differences);
            }
            (_, None) => add(new, from, differences),
            (Some(before), Some(old)) => {
                compare_one(old, new, answers, differences);
                rename_in_place(before, new, names.get(name), differences);
            }
            (None, Some(old)) => compare_renamed((from, to), old, new, names.get(name), answers, differences),
        }
    }
}

fn rename_in_place(before: &Table, new: &Table, names: Option<&Names>, differences: &mut Differences) {
    for (source, name) in names.into_iter().flatten() {
        let (Some(from), Some(to)) = (before.column(source), new.column(name)) else { continue };
        let change = ColumnChange::Rename { from: Box::new(from.clone()), to: Box::new(to.clone()) };
        differences.changes.push(Change::Column { table: new.name.clone(), change });
    }
}

/// A name is free for a table when no other one has it, before or after.
fn refuse_taken_names(new: &Table, (from, to): (&Catalog, &Catalog), differences: &mut Differences) {
    let Some(source) = new.renamed_from.as_ref().filter(|source| **source != new.name) else { return };
    if !from.tables.contains_key(source) {
        return;
    }
    let what = match (from.tables.contains_key(&new.name), to.tables.contains_key(source)) {
        (true, false) => format!(
            "it is to be renamed to {}, and the database has a table of that name: drop or rename that one in a migration before (or take `renamed_from` out, if the renaming is long done)",
            new.name
        ),
        (false, true) => format!(
            "it is renamed to {}, and another table takes its name at once: rename it in this migration, and add the table of that name in the next one, after the contract",
            new.name
        ),
        _ => return,
    };
    differences.unhandled(source.to_string(), what);
}

/// The tables that get another name, each in both forms.
pub(crate) fn renamed<'a>(from: &'a Catalog, to: &'a Catalog) -> Vec<(&'a Table, &'a Table)> {
    to.tables.values().filter_map(|new| Some((renamed_from(new, from, to)?, &**new))).collect()
}

/// The table that lives on under the new name.
pub(super) fn renamed_from<'a>(new: &Table, from: &'a Catalog, to: &Catalog) -> Option<&'a Table> {
    let old = from.table(new.renamed_from.as_ref()?)?;
    (!from.tables.contains_key(&new.name) && !to.tables.contains_key(&old.name)).then_some(old)
}

/// What hangs on a renamed table follows it, and nobody does anything about it: so it has the new name for a comparison,
/// unless it differs otherwise.
pub(super) fn with_what_goes_along<'a>(from: &'a Catalog, to: &Catalog, answers: &RenameAnswers) -> Cow<'a, Catalog> {
    let mut side = Cow::Borrowed(from);
    let renamed = renamed(from, to);
    if renamed.is_empty() {
        return side;
    }
    let names = follow(from, to, answers).names;
    for (old, new) in renamed {
        let names = names.get(&new.name).unwrap_or(NO_NAMES);
        if all_go_along(from, to, (old, new), names) {
            rename_objects(side.to_mut(), &old.name, &new.name, names);
        }
    }
    side
}

const NO_NAMES: &Names = &Names::new();

/// Whether everything that hangs on a renamed table is on the other side what it becomes by that.
fn all_go_along(from: &Catalog, to: &Catalog, (old, new): (&Table, &Table), names: &Names) -> bool {
    let count = |side: &Catalog, name: &QualifiedName| attached(side, name).count();
    count(from, &old.name) == count(to, &new.name)
        && attached(from, &old.name).all(|object| goes_along(object, to, (old, new), names))
}

/// Whether what hangs on a renamed table is on the other side what it becomes by that.
fn goes_along(object: &SqlObject, to: &Catalog, (old, new): (&Table, &Table), names: &Names) -> bool {
    let then = renamed_object(object, &old.name, &new.name, names);
    to.objects.get(&then.key()).is_some_and(|declared| declared.same_as(&then))
}

/// What hangs on a renamed table and isn't there afterwards in the same form, but for rights to a column that goes: it
/// would have to be changed under one name and compared under the other.
fn left_behind<'a>(from: &'a Catalog, to: &Catalog, (old, new): (&Table, &Table)) -> Option<&'a SqlObject> {
    let stays = |object: &SqlObject| goes_along(object, to, (old, new), NO_NAMES);
    attached(from, &old.name).find(|object| !stays(object) && !is_right_to_what_goes(object, old, new))
}

/// Whether it says who may do what with a column that the new form of its table hasn't.
pub(crate) fn is_right_to_what_goes(object: &SqlObject, old: &Table, new: &Table) -> bool {
    let mut gone = old.columns.iter().filter(|column| new.column(&column.name).is_none());
    gone.any(|column| object.is_right_to(&column.name))
}

/// Gives what hangs on a table its new name.
fn rename_objects(catalog: &mut Catalog, from: &QualifiedName, to: &QualifiedName, names: &Names) {
    let renamed = |object: &SqlObject| (object.key(), renamed_object(object, from, to, names));
    let all: Vec<(String, SqlObject)> = attached(catalog, from).map(renamed).collect();
    for (key, object) in all {
        catalog.objects.remove(&key);
        catalog.objects.insert(object.key(), object);
    }
}

fn with_new_names<'a>(mut side: Cow<'a, Catalog>, renamed: &[(&Table, &Table)]) -> Cow<'a, Catalog> {
    for (old, new) in renamed {
        rename(side.to_mut(), &old.name, &new.name);
    }
    side
}

/// Gives a table another name, wherever it is named.
fn rename(catalog: &mut Catalog, from: &QualifiedName, to: &QualifiedName) {
    if let Some(mut table) = catalog.tables.remove(from) {
        Arc::make_mut(&mut table).name = to.clone();
        catalog.tables.insert(to.clone(), table);
    }
    let keys = catalog.tables_mut().flat_map(|table| &mut table.foreign_keys);
    for key in keys.filter(|key| key.references == *from) {
        key.references = to.clone();
    }
}

/// Renamed tables of which more differs than names, or to which new foreign keys refer. `all` is what differs.
pub(super) fn late_names(from: &Catalog, to: &Catalog, answers: &RenameAnswers, all: &[Change]) -> Option<LateNames> {
    let pairs = renamed(from, to);
    if pairs.is_empty() {
        return None;
    }
    let Followed { catalog, names } = follow(from, to, answers);
    let followed = with_new_names(catalog, &pairs);
    let is_late = |(old, new): &&(&Table, &Table)| {
        let Some(before) = followed.table(&new.name) else { return false };
        let mut differences = Differences::default();
        compare_one(before, new, answers, &mut differences);
        let Differences { changes, questions, unhandled } = differences;
        let is_referenced = all.iter().any(|change| change.references().any(|table| *table == new.name));
        // A comment goes along with a column's new name alone.
        let goes_along = |change: &Change| match change {
            Change::Column { change: ColumnChange::SetComment(column), .. } => {
                names.get(&new.name).is_some_and(|names| names.values().any(|name| *name == column.name))
            }
            change => is_a_name(change),
        };
        let all_go_along = all_go_along(from, to, (old, new), names.get(&new.name).unwrap_or(NO_NAMES));
        let is_more = is_referenced || !questions.is_empty() || !changes.iter().all(goes_along) || !all_go_along;
        is_more && unhandled.is_empty() && left_behind(from, to, (old, new)).is_none()
    };
    let names: Vec<_> = pairs.iter().filter(is_late).map(|(old, new)| (old.name.clone(), new.name.clone())).collect();
    if names.is_empty() {
        return None;
    }
    let mut to = to.clone();
    for (old, new) in &names {
        rename(&mut to, new, old);
        rename_objects(&mut to, new, old, NO_NAMES);
        if let Some(table) = to.table_mut(old) {
            table.renamed_from = None;
        }
    }
    Some(LateNames { to, names })
}

fn is_a_name(change: &Change) -> bool {
    matches!(change, Change::Constraint { change: ConstraintChange::Rename { .. }, .. })
        || matches!(change, Change::Column { change: ColumnChange::SetComment(_), .. })
}

/// What hangs on a table. The comment on an index stays on that.
fn attached<'a>(side: &'a Catalog, table: &QualifiedName) -> impl Iterator<Item = &'a SqlObject> {
    let stays = |object: &SqlObject| object.kind == ObjectKind::Comment && object.name.starts_with("index ");
    side.objects.values().filter(move |object| object.table.as_ref() == Some(table) && !stays(object))
}

/// A table under another name must be the same otherwise, but for names: what else is to change was found before
/// ([`late_names`]), or can't be planned.
fn compare_renamed(
    (from, to): (&Catalog, &Catalog),
    old: &Table,
    new: &Table,
    names: Option<&Names>,
    answers: &RenameAnswers,
    differences: &mut Differences,
) {
    let Some(before) = new.renamed_from.clone() else { return };
    let mut more = Differences::default();
    compare_one(old, new, answers, &mut more);
    if !more.questions.is_empty() {
        differences.questions.append(&mut more.questions);
        return;
    }
    let (renames, other): (Vec<&Change>, Vec<&Change>) = more.changes.iter().partition(|change| is_a_name(change));
    let left_behind = || {
        let old = from.table(&before)?;
        let follows = all_go_along(from, to, (old, new), names.unwrap_or(NO_NAMES));
        left_behind(from, to, (old, new)).filter(|_| !follows)
    };
    if let Some(object) = left_behind() {
        let what = format!(
            "it is renamed from {before}, and {} {} that hangs on it differs at once: change one of them in a migration before",
            object.kind, object.name
        );
        differences.unhandled(&new.name, what);
    } else if other.is_empty() && more.unhandled.is_empty() {
        differences.changes.push(Change::RenameTable { from: before.clone(), to: new.name.clone() });
        differences.changes.extend(renames.into_iter().cloned());
        if let Some(before) = from.tables.get(&before) {
            rename_in_place(before, new, names, differences);
        }
    } else {
        let what = other.iter().map(ToString::to_string).chain(more.unhandled.iter().map(ToString::to_string));
        let what: Vec<String> = what.collect();
        let what = format!(
            "it is renamed from {before} and changed at once ({}): rename it first, and change it in the next migration",
            what.join("; ")
        );
        differences.unhandled(&new.name, what);
    }
}

fn add(new: &Table, from: &Catalog, differences: &mut Differences) {
    match from.objects.values().find(|object| is_in_the_way(object, new)) {
        Some(object) => differences.unhandled(
            &new.name,
            format!(
                "a {} of that name is in the database: putting a table into its place is not handled yet",
                object.kind
            ),
        ),
        None => {
            let mut new = new.clone();
            let waits = |key: &ForeignKey| awaits_its_key(key, from);
            let (waiting, keys): (Vec<_>, Vec<_>) = new.foreign_keys.into_iter().partition(waits);
            new.foreign_keys = keys;
            let table = new.name.clone();
            differences.changes.push(Change::AddTable(new));
            differences.changes.extend(waiting.into_iter().map(|key| Change::Constraint {
                table: table.clone(),
                change: ConstraintChange::Add(TableConstraint::ForeignKey(key)),
            }));
        }
    }
}

/// Whether what a foreign key references is a table that is there, and there no key yet.
pub(crate) fn awaits_its_key(key: &ForeignKey, from: &Catalog) -> bool {
    let Some(table) = from.table(&key.references) else { return false };
    let referenced: BTreeSet<&Identifier> = key.referenced_columns.iter().collect();
    let is_it = |columns: &[Identifier]| columns.iter().collect::<BTreeSet<_>>() == referenced;
    let mut keys = constraint::all(table).into_iter().filter_map(|one| constraint::key_columns(&one));
    !(table.primary_key.iter().any(|key| is_it(&key.columns)) || keys.any(|columns| is_it(&columns)))
}

/// Whether an object has the name that a table is to have.
pub(crate) fn is_in_the_way(object: &SqlObject, table: &Table) -> bool {
    RELATIONS.contains(&object.kind) && object.name.parse::<QualifiedName>().is_ok_and(|name| name == table.name)
}

pub(super) fn compare_one(old: &Table, new: &Table, answers: &RenameAnswers, differences: &mut Differences) {
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
        partitioning: _,
        renamed_from: _,
        position: _,
    } = new;
    partition::compare(old, new, differences);
    let renames = Renames::resolve(old, new, answers, differences);
    column::compare(old, new, &renames, differences);
    compare_primary_keys(old, primary_key.as_ref(), new, differences);
    constraint::compare(old, new, differences);
    if old.unlogged != *unlogged {
        differences.changes.push(Change::SetLogged { table: name.clone(), logged: !unlogged });
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

fn compare_primary_keys(old: &Table, new_key: Option<&PrimaryKey>, new: &Table, differences: &mut Differences) {
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
        (from, to) => differences.changes.push(Change::SetPrimaryKey {
            table: new.name.clone(),
            from: from.clone(),
            to: to.cloned(),
        }),
    }
}
