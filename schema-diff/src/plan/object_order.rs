//! In which order objects that are declared as SQL are made: what another one needs comes first.

use std::collections::BTreeSet;

use schema_model::{Catalog, ObjectKind, SqlObject};

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

/// Whether it is a comment or a privilege on a sequence by which a column counts.
pub(crate) fn is_said_of_own_sequence(object: &SqlObject, catalog: &Catalog) -> bool {
    let sequence = match object.kind {
        ObjectKind::Comment => object.name.strip_prefix("sequence "),
        ObjectKind::Privileges => object.name.strip_prefix("SEQUENCE "),
        _ => None,
    };
    let name = sequence.and_then(|name| name.parse().ok());
    name.is_some_and(|name| catalog.numbered_by(&name).is_some())
}

/// Whether it can be made before any table: neither it nor what it needs leans on one.
pub(crate) fn is_early(object: &SqlObject, catalog: &Catalog) -> bool {
    let mut seen = BTreeSet::new();
    leans_on_no_table(object, catalog, &mut seen)
}

fn leans_on_no_table<'a>(object: &'a SqlObject, catalog: &'a Catalog, seen: &mut BTreeSet<&'a str>) -> bool {
    object.table.is_none()
        && !is_said_of_own_sequence(object, catalog)
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
