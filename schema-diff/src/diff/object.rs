//! Objects that no struct describes: told apart by what the server makes of them.

use std::collections::BTreeSet;

use schema_model::{Catalog, ObjectKind, QualifiedName, SqlObject};

use super::Differences;
use crate::change::Change;

pub(super) fn compare(from: &Catalog, to: &Catalog, differences: &mut Differences) {
    let remade = remade(from, to);
    for (key, old) in &from.objects {
        if !to.objects.contains_key(key) && !counts(old, to) {
            differences.changes.push(Change::DropObject(old.clone()));
        }
    }
    for (key, new) in &to.objects {
        match from.objects.get(key) {
            None if counts(new, from) => {}
            None if is_table(new, from) => {
                differences.unhandled(
                    key,
                    "a table of that name is in the database: putting another object into its place is not handled yet",
                );
            }
            None => differences.changes.push(Change::AddObject(new.clone())),
            Some(old) if !old.same_as(new) || remade.contains(key) => {
                let (from, to) = (Box::new(old.clone()), Box::new(new.clone()));
                differences.changes.push(Change::ReplaceObject { from, to });
            }
            Some(_) => {}
        }
    }
}

/// Whether it is a sequence by which a column of the other side counts: then it comes and goes with the numbering.
fn counts(object: &SqlObject, other: &Catalog) -> bool {
    let Ok(name) = object.name.parse::<QualifiedName>() else { return false };
    let columns = other.tables.values().flat_map(|table| &table.columns);
    let mut sequences = columns.filter_map(|column| column.identity.as_ref()?.sequence.as_ref());
    object.kind == ObjectKind::Sequence && sequences.any(|sequence| *sequence == name)
}

/// Whether a relation of that name is a table on the other side.
fn is_table(object: &SqlObject, other: &Catalog) -> bool {
    RELATIONS.contains(&object.kind)
        && object.name.parse::<QualifiedName>().is_ok_and(|name| other.tables.contains_key(&name))
}

/// The kinds of objects whose names no table can have.
pub(super) const RELATIONS: [ObjectKind; 3] = [ObjectKind::View, ObjectKind::MaterializedView, ObjectKind::Sequence];

/// Objects that lean on one which must be dropped to be made anew: they go and come with it.
fn remade<'a>(from: &'a Catalog, to: &Catalog) -> BTreeSet<&'a String> {
    let dropped = |key: &String, old: &SqlObject| {
        to.objects.get(key).is_some_and(|new| !new.same_as(old) && !new.keeps_its_place(old))
    };
    let mut remade: BTreeSet<&String> =
        from.objects.iter().filter(|(key, old)| dropped(key, old)).map(|(key, _)| key).collect();
    loop {
        let leaning = from
            .objects
            .iter()
            .filter(|(key, object)| !remade.contains(key) && object.needs.iter().any(|needed| remade.contains(needed)));
        let more: Vec<&String> = leaning.map(|(key, _)| key).collect();
        if more.is_empty() {
            return remade;
        }
        remade.extend(more);
    }
}
