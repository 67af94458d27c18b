//! What counts in a comparison: what is managed, what is found for the first time, what no struct declares, what has
//! drifted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schema_model::{Catalog, Identifier, QualifiedName, SqlObject, Table};

use crate::canonical;
use crate::change::TableConstraint;
use crate::diff::follow::follow;
use crate::diff::table::{is_in_the_way, renamed};
use crate::diff::{RenameAnswers, constraint};
use crate::migration::{Expected, LockFile};

/// Two sides, brought to the same scope.
#[derive(Clone, Debug, Default)]
pub struct Aligned {
    /// The side that is, without what isn't managed.
    pub from: Catalog,
    /// The side that is to be, with what is there and no struct declares.
    pub to: Catalog,
    /// Keys of objects that are there and that no struct declares.
    pub undeclared: BTreeSet<String>,
    /// Tables that are declared and live, but in no migration yet.
    pub first_contact: Vec<QualifiedName>,
    /// The keys of objects that are declared and live, but in no migration yet.
    pub first_objects: Vec<String>,
    /// Undeclared constraints and indexes that hang on a column which is renamed, in words: they would be lost with it.
    pub would_be_lost: Vec<String>,
    /// How many live tables are left alone.
    pub unmanaged: usize,
    /// How many other live objects are left alone.
    pub unmanaged_objects: usize,
    /// Managed objects that aren't what history and lock say, in words.
    pub drift: Vec<String>,
}

/// Takes both sides whole: everything on them counts, and what the from side has more is a drop.
pub fn whole(from: &Catalog, to: Catalog, renames: &RenameAnswers) -> Aligned {
    let mut aligned = Aligned { from: from.clone(), to, ..Aligned::default() };
    let followed = follow(&aligned.from, &aligned.to, renames).catalog;
    adopt_names(&followed, &mut aligned.to);
    forget_what_holds_anyway(&mut aligned.to);
    aligned
}

/// Keeps what is managed or declared. `renames` are those that were answered; `renamed_column` gives the declared name under which a live column lives on.
pub fn managed(
    from: &Catalog,
    declared: Catalog,
    lock: &LockFile,
    expected: &Expected,
    renames: &RenameAnswers,
    renamed_column: impl Fn(&QualifiedName, &Identifier) -> Option<Identifier>,
) -> Aligned {
    let made = |name: &QualifiedName| is_made(name, expected);
    let is_managed = |name: &QualifiedName| lock.catalog.tables.contains_key(name) || made(name);
    let mut aligned = Aligned { to: declared, ..Aligned::default() };
    let names = renamed(from, &aligned.to).into_iter();
    let names: BTreeMap<QualifiedName, QualifiedName> =
        names.map(|(old, new)| (old.name.clone(), new.name.clone())).collect();
    for (name, table) in &from.tables {
        if aligned.to.tables.contains_key(name) || names.contains_key(name) || is_managed(name) {
            aligned.from.tables.insert(name.clone(), table.clone());
        } else {
            aligned.unmanaged += 1;
        }
    }
    let types = from
        .enums
        .iter()
        .filter(|(name, _)| aligned.to.enums.contains_key(name) || lock.catalog.enums.contains_key(name));
    aligned.from.enums = types.map(|(name, kind)| (name.clone(), kind.clone())).collect();
    let followed = follow(&aligned.from, &aligned.to, renames).catalog;
    for old in followed.tables.values() {
        let name = names.get(&old.name).unwrap_or(&old.name);
        let Some(new) = aligned.to.table_mut(name) else { continue };
        let renamed = |column: &Identifier| renamed_column(name, column).or_else(|| renamed_column(&old.name, column));
        // A table that is live and in no migration is met for the first time, whatever a stale lock says.
        if !made(&old.name) {
            aligned.first_contact.push(old.name.clone());
        }
        let locked = lock.catalog.table(&old.name).filter(|_| made(&old.name));
        aligned.would_be_lost.extend(lost_with_renames(old, new, locked, lock, &renamed));
        keep_undeclared(old, new, locked, lock, &renamed, &mut aligned.undeclared);
    }
    adopt_names(&followed, &mut aligned.to);
    forget_what_holds_anyway(&mut aligned.to);
    without_undeclared_partitions(&mut aligned);
    keep_used_types(from, &mut aligned);
    // What a hand-written migration made may be declared nowhere: it is compared with what that one left behind.
    aligned.from.objects.clone_from(&from.objects);
    aligned.drift = drifted(&aligned.from, expected).iter().map(ToString::to_string).collect();
    aligned.drift.sort();
    let Aligned { from: live, to, first_objects, unmanaged_objects, .. } = &mut aligned;
    keep_what_is_in_the_way(live, to);
    live.objects.retain(|key, _| to.objects.contains_key(key) || lock.catalog.objects.contains_key(key));
    let met = live.objects.keys().filter(|key| !expected.get(*key).is_some_and(Option::is_some));
    *first_objects = met.filter(|key| to.objects.contains_key(*key)).cloned().collect();
    *unmanaged_objects = from.objects.len() - live.objects.len();
    aligned
}

/// What no struct declares on a column that is renamed: nobody said whether its successor shall have it.
fn lost_with_renames(
    old: &Table,
    new: &Table,
    locked: Option<&Table>,
    lock: &LockFile,
    renamed: &impl Fn(&Identifier) -> Option<Identifier>,
) -> Vec<String> {
    let ours = canonical::objects(&catalog_of(locked));
    let gone = old.columns.iter().map(|column| &column.name).filter(|name| new.column(name).is_none());
    let renames: BTreeMap<&Identifier, Identifier> = gone.filter_map(|name| Some((name, renamed(name)?))).collect();
    let sources: Vec<&Identifier> = renames.keys().copied().collect();
    let hanging = constraint::all(old).into_iter().filter(|found| constraint::hangs_on(found, &sources));
    let undeclared = hanging.filter(|found| {
        let kind = if matches!(found, TableConstraint::Index(_)) { "index" } else { "constraint" };
        let key = found.name().map(|name| format!("{kind} {}.{name}", old.name)).unwrap_or_default();
        !ours.contains_key(&key) || lock.undeclared.contains(&key)
    });
    // At first contact nothing is ours yet: what the struct declares on the successor is its counterpart.
    let counterpart = |found: &TableConstraint| {
        let wanted = constraint::renamed(found, &renames);
        constraint::all(new).iter().any(|other| constraint::same(&wanted, other))
    };
    undeclared
        .filter(|found| !counterpart(found))
        .map(|found| format!("{} {}", found.kind(), found.name().map_or_else(String::new, ToString::to_string)))
        .collect()
}

/// Puts onto the declared table what the live one has and no migration of ours declared.
fn keep_undeclared(
    old: &Table,
    new: &mut Table,
    locked: Option<&Table>,
    lock: &LockFile,
    renamed: &impl Fn(&Identifier) -> Option<Identifier>,
    undeclared: &mut BTreeSet<String>,
) {
    let keys = canonical::objects(&catalog_of(locked));
    // Ours is what a migration has made or written down as declared.
    let is_ours = |key: &str| keys.contains_key(key) && !lock.undeclared.contains(key);
    for column in &old.columns {
        let key = |table: &QualifiedName| format!("column {table}.{}", column.name);
        if new.column(&column.name).is_none() && !is_ours(&key(&old.name)) && renamed(&column.name).is_none() {
            undeclared.insert(key(&new.name));
            new.columns.push(column.clone());
        }
    }
    let wanted = constraint::all(new);
    let missing: Vec<&Identifier> =
        old.columns.iter().map(|c| &c.name).filter(|name| new.column(name).is_none()).collect();
    let mut kept = Vec::new();
    for found in constraint::all(old) {
        let Some(name) = found.name() else { continue };
        let kind = if matches!(found, TableConstraint::Index(_)) { "index" } else { "constraint" };
        let key = |table: &QualifiedName| format!("{kind} {table}.{name}");
        let falls_along = constraint::hangs_on(&found, &missing);
        if !wanted.iter().any(|other| constraint::same(&found, other)) && !is_ours(&key(&old.name)) && !falls_along {
            undeclared.insert(key(&new.name));
            kept.push(found);
        }
    }
    for one in kept {
        constraint::add(new, one);
    }
    keep_comments(old, new, &keys, lock, undeclared);
    keep_settings(old, new);
}

/// How a table is partitioned no struct says; but a partition that had a struct of its own and has none any more is gone.
fn without_undeclared_partitions(aligned: &mut Aligned) {
    let Aligned { from, to, .. } = aligned;
    let declared: BTreeSet<QualifiedName> = to.tables.keys().cloned().collect();
    let stays = |name: &QualifiedName| !from.tables.contains_key(name) || declared.contains(name);
    for by in to.tables_mut().filter_map(|table| table.partitioning.as_mut()) {
        by.retain(&stays);
    }
}

/// A view or its like that has the name of a declared table is nobody's to drop, and is seen all the same.
fn keep_what_is_in_the_way(live: &Catalog, to: &mut Catalog) {
    let declared: Vec<Arc<Table>> =
        to.tables.values().filter(|table| !live.tables.contains_key(&table.name)).cloned().collect();
    let is_kept = |object: &&SqlObject| declared.iter().any(|table| is_in_the_way(object, table));
    let kept: Vec<SqlObject> = live.objects.values().filter(is_kept).cloned().collect();
    to.objects.extend(kept.into_iter().map(|object| (object.key(), object)));
}

/// Enum types that only undeclared columns use stay, as these do.
fn keep_used_types(from: &Catalog, aligned: &mut Aligned) {
    let columns = aligned.to.tables.values().flat_map(|table| &table.columns);
    let used: BTreeSet<QualifiedName> = columns.filter_map(|column| column.sql_type.qualified_name()).collect();
    for (name, kind) in &from.enums {
        if used.contains(name) && !aligned.to.enums.contains_key(name) {
            aligned.undeclared.insert(format!("type {name}"));
            aligned.from.enums.insert(name.clone(), kind.clone());
            aligned.to.enums.insert(name.clone(), kind.clone());
        }
    }
}

/// A comment that no doc comment declares stays, unless a migration of ours made it.
fn keep_comments(
    old: &Table,
    new: &mut Table,
    locked: &BTreeMap<String, String>,
    lock: &LockFile,
    undeclared: &mut BTreeSet<String>,
) {
    let ours = |key: &str| {
        locked.get(key).is_some_and(|line| line.contains(" comment \""))
            && !lock.undeclared.contains(&format!("comment on {key}"))
    };
    if new.comment.is_none() && old.comment.is_some() && !ours(&format!("table {}", old.name)) {
        undeclared.insert(format!("comment on table {}", new.name));
        new.comment.clone_from(&old.comment);
    }
    for column in &mut new.columns {
        let Some(before) = old.column(&column.name) else { continue };
        let key = |table: &QualifiedName| format!("column {table}.{}", column.name);
        if column.comment.is_none() && before.comment.is_some() && !ours(&key(&old.name)) {
            undeclared.insert(format!("comment on {}", key(&new.name)));
            column.comment.clone_from(&before.comment);
        }
    }
}

/// What no struct says about how rows and values are kept is no demand, whoever has set it.
fn keep_settings(old: &Table, new: &mut Table) {
    if new.partitioning.is_none() {
        new.partitioning.clone_from(&old.partitioning);
    }
    if new.storage_parameters.is_empty() {
        new.storage_parameters.clone_from(&old.storage_parameters);
    }
    for column in &mut new.columns {
        let Some(before) = old.column(&column.name) else { continue };
        if column.settings.is_empty() {
            column.settings.clone_from(&before.settings);
        }
    }
}

/// After `keep_settings`: until here it counts that they were asked for.
fn forget_what_holds_anyway(to: &mut Catalog) {
    to.tables_mut().flat_map(|table| &mut table.columns).for_each(|column| column.settings.forget_what_holds_anyway());
}

fn catalog_of(table: Option<&Table>) -> Catalog {
    Catalog {
        tables: table.into_iter().map(|table| (table.name.clone(), Arc::new(table.clone()))).collect(),
        ..Catalog::default()
    }
}

/// An object that isn't what the committed migrations leave behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drifted {
    /// Its key.
    pub key: String,
    /// Its line; `None` where it is gone.
    pub found: Option<String>,
    /// The fingerprint that it should have; `None` where it shouldn't be there.
    pub expected: Option<String>,
    /// Whether some migration knows it.
    pub is_known: bool,
}

impl std::fmt::Display for Drifted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { key, found, expected, is_known } = self;
        match (found, expected) {
            (None, _) => write!(f, "{key} is gone"),
            (Some(line), Some(_)) => write!(f, "{key} was changed: it is `{line}`"),
            (Some(line), None) if *is_known => write!(f, "{key} is back: `{line}`"),
            (Some(line), None) => write!(f, "{key} was made by no migration: `{line}`"),
        }
    }
}

/// Managed objects that aren't what the migrations leave behind, and objects in managed tables that none of them made.
pub fn drifted(live: &Catalog, expected: &Expected) -> Vec<Drifted> {
    let objects = canonical::objects(live);
    let mut all = Vec::new();
    for (key, print) in expected {
        let found = objects.get(key);
        if found.map(|line| canonical::fingerprint(line)) != *print {
            all.push(Drifted { key: key.clone(), found: found.cloned(), expected: print.clone(), is_known: true });
        }
    }
    for table in live.tables.values().filter(|table| is_made(&table.name, expected)) {
        let made_by_none =
            canonical::objects(&catalog_of(Some(table))).into_iter().filter(|(key, _)| !expected.contains_key(key));
        all.extend(made_by_none.map(|(key, line)| Drifted { key, found: Some(line), expected: None, is_known: false }));
    }
    all
}

/// Whether the migrations leave a table of that name behind.
pub fn is_made(name: &QualifiedName, expected: &Expected) -> bool {
    expected.get(&format!("table {name}")).is_some_and(Option::is_some)
}

/// A declared constraint whose name was left open takes the name of the live one that means the same.
fn adopt_names(from: &Catalog, to: &mut Catalog) {
    for new in to.tables_mut() {
        let earlier = new.renamed_from.as_ref().and_then(|name| from.table(name));
        let Some(old) = from.table(&new.name).or(earlier) else { continue };
        if let (Some(key), Some(before)) = (&mut new.primary_key, &old.primary_key)
            && key.name.is_none()
            && key.columns == before.columns
        {
            key.name.clone_from(&before.name);
        }
        let mut candidates = constraint::all(old);
        let mut take = |wanted: TableConstraint| {
            let at = candidates.iter().position(|found| constraint::same(found, &wanted))?;
            candidates.remove(at).name().cloned()
        };
        for unique in new.uniques.iter_mut().filter(|unique| unique.name.is_none()) {
            unique.name = take(TableConstraint::Unique(unique.clone()));
        }
        for check in new.checks.iter_mut().filter(|check| check.name.is_none()) {
            check.name = take(TableConstraint::Check(check.clone()));
        }
        for key in new.foreign_keys.iter_mut().filter(|key| key.name.is_none()) {
            key.name = take(TableConstraint::ForeignKey(key.clone()));
        }
        for index in new.indexes.iter_mut().filter(|index| index.name.is_none()) {
            index.name = take(TableConstraint::Index(index.clone()));
        }
        // A declared identity has the live one's sequence.
        for column in &mut new.columns {
            let sequence = old.column(&column.name).and_then(|before| before.identity.as_ref()?.sequence.clone());
            if let Some(identity) = column.identity.as_mut().filter(|identity| identity.sequence.is_none()) {
                identity.sequence = sequence;
            }
        }
    }
}
