//! Objects that no struct describes: told apart by what the server makes of them.

use schema_model::Catalog;

use super::Differences;
use crate::change::Change;

pub(super) fn compare(from: &Catalog, to: &Catalog, differences: &mut Differences) {
    for (key, old) in &from.objects {
        if !to.objects.contains_key(key) {
            differences.changes.push(Change::DropObject(old.clone()));
        }
    }
    for (key, new) in &to.objects {
        match from.objects.get(key) {
            None => differences.changes.push(Change::AddObject(new.clone())),
            Some(old) if !old.same_as(new) => {
                let (from, to) = (Box::new(old.clone()), Box::new(new.clone()));
                differences.changes.push(Change::ReplaceObject { from, to });
            }
            Some(_) => {}
        }
    }
}
