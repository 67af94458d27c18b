//! Enum types: new ones, gone ones, further labels, other labels.

use std::collections::BTreeSet;

use schema_model::{Catalog, EnumType};

use super::Differences;
use crate::change::Change;

pub(super) fn compare(from: &Catalog, to: &Catalog, differences: &mut Differences) {
    add_namespaces(from, to, differences);
    for (name, old) in &from.enums {
        if !to.enums.contains_key(name) {
            differences.changes.push(Change::DropEnum(old.clone()));
        }
    }
    for (name, new) in &to.enums {
        match from.enums.get(name) {
            None => differences.changes.push(Change::AddEnum(new.clone())),
            Some(old) => compare_one(old, new, differences),
        }
    }
}

fn add_namespaces(from: &Catalog, to: &Catalog, differences: &mut Differences) {
    let of = |catalog: &Catalog| -> BTreeSet<_> {
        catalog.enums.keys().chain(catalog.tables.keys()).map(|name| name.namespace.clone()).collect()
    };
    for namespace in of(to).difference(&of(from)).filter(|namespace| namespace.as_str() != "public") {
        // One that is declared as SQL is made as such.
        if to.objects.values().any(|object| object.is_namespace(namespace)) {
            continue;
        }
        differences.changes.push(Change::AddNamespace(namespace.clone()));
    }
}

fn compare_one(old: &EnumType, new: &EnumType, differences: &mut Differences) {
    let EnumType { name, values, comment } = new;
    let kept = values.iter().filter(|value| old.values.contains(value));
    if kept.ne(old.values.iter()) {
        differences.changes.push(Change::SetEnumValues { from: old.clone(), to: new.clone() });
        return;
    }
    for (position, value) in values.iter().enumerate() {
        if !old.values.contains(value) {
            let before = values[position..].iter().find(|label| old.values.contains(label)).cloned();
            let change = Change::AddEnumValue { name: name.clone(), value: value.clone(), before };
            differences.changes.push(change);
        }
    }
    if old.comment != *comment {
        differences.changes.push(Change::SetEnumComment { name: name.clone(), comment: comment.clone() });
    }
}
