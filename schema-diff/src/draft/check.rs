//! What can be told without a server: the structs against the lock, the migrations against each other.

use std::collections::BTreeMap;

use schema_model::{Catalog, Identifier, Position, QualifiedName};

use super::compare::hinted_renames;
use crate::canonical;
use crate::dialect::postgres::normalise::{Unseen, recognised};
use crate::diff::{Differences, RenameAnswers, diff_with_late_names};
use crate::migration::{LockFile, Migration, expected};
use crate::plan::name_declared;
use crate::scope::{self, Drifted};

/// What the files say about each other.
#[derive(Clone, Debug, Default)]
pub struct Check {
    /// Where the structs differ from the lock.
    pub differences: Differences,
    /// Lock and structs as canonical text.
    pub texts: (String, String),
    /// Declared expressions that no server has seen: whether they differ is unknown.
    pub unseen: Vec<Unseen>,
    /// `renamed_from` that has done its work, with its column or table.
    pub done_renames: Vec<(String, Option<Position>)>,
    /// Migrations of which one doesn't begin where the other ends.
    pub conflicts: Vec<Conflict>,
    /// Where the lock is not what the migrations leave behind.
    pub stale: Vec<Drifted>,
}

/// Two migrations that can't follow each other, as when two branches change one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The folder of the earlier one.
    pub earlier: String,
    /// The folder of the later one, which was planned without it.
    pub later: String,
    /// The keys of the objects that both change.
    pub objects: Vec<String>,
}

/// Compares structs, lock and migrations. Objects that are declared as SQL files need a server and are left out.
pub fn check(mut declared: Catalog, lock: &LockFile, migrations: &[Migration]) -> Check {
    let unseen = recognised(&mut declared, &[&lock.catalog]);
    let done_renames = done_renames(&declared, lock);
    declared.objects.clone_from(&lock.catalog.objects);
    let hinted = hinted_renames(&declared);
    let renamed = |table: &QualifiedName, old: &Identifier| hinted.get(table)?.get(old).cloned();
    let expected = expected(migrations.iter().map(|migration| &migration.manifest.objects));
    let mut aligned = scope::managed(&lock.catalog, declared, lock, &expected, &RenameAnswers::default(), renamed);
    name_declared(&mut aligned.to);
    Check {
        differences: diff_with_late_names(&aligned.from, &aligned.to, &RenameAnswers::default()).0,
        texts: (canonical::text(&aligned.from), canonical::text(&aligned.to)),
        unseen,
        done_renames,
        conflicts: conflicts(migrations),
        stale: scope::drifted(&lock.catalog, &expected),
    }
}

fn done_renames(declared: &Catalog, lock: &LockFile) -> Vec<(String, Option<Position>)> {
    let mut done = Vec::new();
    for table in declared.tables.values() {
        let Some(locked) = lock.catalog.tables.get(&table.name) else { continue };
        if table.renamed_from.as_ref().is_some_and(|old| !lock.catalog.tables.contains_key(old)) {
            done.push((table.name.to_string(), table.columns.first().and_then(|first| first.hints.position.clone())));
        }
        let over = table.columns.iter().filter(|column| {
            let mut sources = column.hints.sources().peekable();
            let is_there = locked.column(&column.name).is_some() && sources.peek().is_some();
            is_there && sources.all(|old| locked.column(old).is_none())
        });
        done.extend(over.map(|column| (format!("{}.{}", table.name, column.name), column.hints.position.clone())));
    }
    done
}

/// Each migration must find every object as the last one before it that touches the object leaves it.
fn conflicts(migrations: &[Migration]) -> Vec<Conflict> {
    let mut last: BTreeMap<&String, (&Migration, &Option<String>)> = BTreeMap::new();
    let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for migration in migrations {
        for (key, prints) in &migration.manifest.objects {
            if let Some((earlier, after)) = last.get(key)
                && **after != prints.before
            {
                found.entry((earlier.folder_name(), migration.folder_name())).or_default().push(key.clone());
            }
            last.insert(key, (migration, &prints.after));
        }
    }
    let conflict = |((earlier, later), objects)| Conflict { earlier, later, objects };
    found.into_iter().map(conflict).collect()
}
