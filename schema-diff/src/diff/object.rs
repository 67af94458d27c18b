//! Objects that no struct describes: told apart by what the server makes of them.

use std::collections::BTreeSet;

use schema_model::{Catalog, ObjectKind, QualifiedName, SqlObject};

use super::Differences;
use crate::change::Change;

pub(super) fn compare(from: &Catalog, to: &Catalog, differences: &mut Differences) {
    let remade = remade(from, to);
    for (key, old) in &from.objects {
        if !to.objects.contains_key(key) && !counts(old, to) && !holds_tables(old, to) {
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

/// Whether it is a namespace in which tables or types stand on the other side: it comes and goes with them.
fn holds_tables(object: &SqlObject, other: &Catalog) -> bool {
    other.tables.keys().chain(other.enums.keys()).any(|name| object.is_namespace(&name.namespace))
}

/// Whether it is a sequence by which a column of the other side counts: then it comes and goes with the numbering.
fn counts(object: &SqlObject, other: &Catalog) -> bool {
    object.kind == ObjectKind::Sequence && object.name.parse().is_ok_and(|name| other.numbered_by(&name).is_some())
}

/// Whether a relation of that name is a table on the other side.
fn is_table(object: &SqlObject, other: &Catalog) -> bool {
    RELATIONS.contains(&object.kind)
        && object.name.parse::<QualifiedName>().is_ok_and(|name| other.tables.contains_key(&name))
}

/// The kinds of objects whose names no table can have.
pub(super) const RELATIONS: [ObjectKind; 3] = [ObjectKind::View, ObjectKind::MaterializedView, ObjectKind::Sequence];

/// Whether an object must be dropped: it is no longer there, or is made in a way that the server can't put in its place.
pub(crate) fn is_dropped(object: &SqlObject, to: &Catalog) -> bool {
    to.objects.get(&object.key()).is_none_or(|new| is_made_anew(object, new))
}

fn is_made_anew(old: &SqlObject, new: &SqlObject) -> bool {
    !old.same_as(new) && !new.keeps_its_place(old)
}

/// Some objects, and everything that leans on them.
pub(crate) fn with_leaning(catalog: &Catalog, is_below: impl Fn(&SqlObject) -> bool) -> BTreeSet<&String> {
    let below = catalog.objects.iter().filter(|(_, object)| is_below(object));
    let mut all: BTreeSet<&String> = below.map(|(key, _)| key).collect();
    loop {
        let leans = |object: &SqlObject| object.needs.iter().any(|needed| all.contains(needed));
        let leaning = catalog.objects.iter().filter(|(key, object)| !all.contains(key) && leans(object));
        let more: Vec<&String> = leaning.map(|(key, _)| key).collect();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

/// Objects that must be dropped to be made anew, and those that lean on one and so go and come with it.
fn remade<'a>(from: &'a Catalog, to: &Catalog) -> BTreeSet<&'a String> {
    with_leaning(from, |old| to.objects.get(&old.key()).is_some_and(|new| is_made_anew(old, new)))
}
