//! In which order objects that are declared as SQL are made: what another one needs comes first.

use std::collections::BTreeSet;

use schema_model::{Catalog, Column, ObjectKind, SqlObject, Table};

/// The keys of all objects in an order in which they can be made; ties go by kind, then by name.
pub(crate) fn creation_order(catalog: &Catalog) -> Vec<&str> {
    let mut objects: Vec<(&str, &SqlObject)> =
        catalog.objects.iter().map(|(key, object)| (key.as_str(), object)).collect();
    objects.sort_by_key(|(key, object)| (object.kind, *key));
    let mut ordered = Vec::new();
    let mut visited = BTreeSet::new();
    for (key, _) in objects {
        visit(key, catalog, &mut visited, &mut ordered);
    }
    ordered
}

fn visit<'a>(key: &'a str, catalog: &'a Catalog, visited: &mut BTreeSet<&'a str>, ordered: &mut Vec<&'a str>) {
    let Some(object) = catalog.objects.get(key) else { return };
    if !visited.insert(key) {
        return;
    }
    for needed in &object.needs {
        visit(needed, catalog, visited, ordered);
    }
    ordered.push(key);
}

/// The table and the column on whose sequence it is a comment or a privilege.
pub(crate) fn own_sequence<'a>(object: &SqlObject, catalog: &'a Catalog) -> Option<(&'a Table, &'a Column)> {
    let sequence = match object.kind {
        ObjectKind::Comment => object.name.strip_prefix("sequence "),
        ObjectKind::Privileges => object.name.strip_prefix("SEQUENCE "),
        _ => None,
    };
    catalog.numbered_by(&sequence?.parse().ok()?)
}

/// Whether it can be made before any table: neither it nor what it needs leans on one.
pub(crate) fn is_early(object: &SqlObject, catalog: &Catalog) -> bool {
    let mut seen = BTreeSet::new();
    leans_on_no_table(object, catalog, &mut seen)
}

fn leans_on_no_table<'a>(object: &'a SqlObject, catalog: &'a Catalog, seen: &mut BTreeSet<&'a str>) -> bool {
    object.table.is_none()
        && own_sequence(object, catalog).is_none()
        && object.needs.iter().all(|key| {
            if !seen.insert(key) {
                return true;
            }
            match catalog.objects.get(key) {
                Some(needed) => leans_on_no_table(needed, catalog, seen),
                None => !key.starts_with("table "),
            }
        })
}
