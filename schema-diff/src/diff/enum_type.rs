//! Enum types: new ones, gone ones, further labels.

use std::collections::BTreeSet;

use schema_model::{Catalog, EnumType, ObjectKind};

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
            Some(old) => compare_one(old, new, from, differences),
        }
    }
}

fn add_namespaces(from: &Catalog, to: &Catalog, differences: &mut Differences) {
    let of = |catalog: &Catalog| -> BTreeSet<_> {
        catalog.enums.keys().chain(catalog.tables.keys()).map(|name| name.namespace.clone()).collect()
    };
    for namespace in of(to).difference(&of(from)).filter(|namespace| namespace.as_str() != "public") {
        // One that is declared as SQL is made as such.
        let is_it = |name: &str| schema_model::split_dotted(name) == [namespace.as_str()];
        if to.objects.values().any(|object| object.kind == ObjectKind::Namespace && is_it(&object.name)) {
            continue;
        }
        differences.changes.push(Change::AddNamespace(namespace.clone()));
    }
}

fn compare_one(old: &EnumType, new: &EnumType, from: &Catalog, differences: &mut Differences) {
    let EnumType { name, values, comment } = new;
    let gone: Vec<_> = old.values.iter().filter(|value| !values.contains(value)).map(String::as_str).collect();
    if !gone.is_empty() {
        differences.unhandled(
            name,
            format!("the enum value '{}' is gone: {}", gone.join("', '"), way_out(old, from, gone[0])),
        );
        return;
    }
    let kept: Vec<_> = values.iter().filter(|value| old.values.contains(value)).collect();
    if kept.iter().copied().ne(old.values.iter()) {
        let way = way_out(old, from, &old.values[0]);
        differences.unhandled(name, format!("its values are declared in another order: {way}"));
        return;
    }
    // From the last to the first, so that the label to stand before is always there already.
    for (position, value) in values.iter().enumerate().rev() {
        if !old.values.contains(value) {
            let before = values.get(position + 1).cloned();
            differences.changes.push(Change::AddEnumValue { name: name.clone(), value: value.clone(), before });
        }
    }
    if old.comment != *comment {
        differences.changes.push(Change::SetEnumComment { name: name.clone(), comment: comment.clone() });
    }
}

/// The edit that changes the values of a type while releases live that know the old ones: another type in a column of
/// another name, kept in step with the first.
fn way_out(old: &EnumType, from: &Catalog, value: &str) -> String {
    let aside = format!("{}_2", old.name.name.as_str());
    let users = from.tables.values().flat_map(|table| {
        let columns =
            table.columns.iter().filter(|column| column.sql_type.qualified_name().as_ref() == Some(&old.name));
        columns.map(|column| (table.name.clone(), column.name.clone()))
    });
    let users: Vec<_> = users.collect();
    let Some((_, column)) = users.first() else {
        return format!("no column has the type, so declare the new values as `{aside}` and drop this one");
    };
    let names: Vec<String> = users.iter().map(|(table, column)| format!("{table}.{column}")).collect();
    format!(
        "releases that know the old values are alive until the contract, so keep the type for them and declare the new values as one of another name (`type_name = \"{aside}\"`), in a column of another name beside {}: `renamed_from = \"{column}\", using = \"(CASE {column}::text WHEN '{value}' THEN '…' ELSE {column}::text END)::{aside}\", back = \"…\"`; the old type goes with the last column that has it",
        names.join(", ")
    )
}
