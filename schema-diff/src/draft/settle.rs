//! The two ways out of a drift: a migration that writes down what somebody did by hand, so that every database gets it,
//! and one that puts back what the migrations had made. Either is planned and proven like any other, and is recorded as
//! done where there is nothing to do.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::Catalog;

use super::compare::FromSide;
use super::drift::{Drift, DriftItem};
use super::hanging::{ColumnName, hanging};
use super::transplant::{part_of, transplant};
use super::write::{drafts, numbered, proven, save_all};
use super::{Comparison, DraftError, Place, Written, from_migrations};
use crate::canonical;
use crate::diff::{RenameAnswers, diff};
use crate::migration::{LockFile, Migration, Settles, Version, new_version};
use crate::plan::answer::GivenSql;
use crate::plan::group::Group;
use crate::proof::{LiveHistory, Proposition, Scratch};
use crate::scope;

/// What settles a drift: two sides to be planned like any others, and where the migrations go.
pub struct Settlement {
    /// From what the migrations leave behind to what is there, or back.
    pub comparison: Comparison,
    way: Settles,
    /// The objects that are settled.
    keys: BTreeSet<String>,
    /// The migrations that come before.
    existing: Vec<Migration>,
    /// The first of the migrations that come after.
    next: Option<Version>,
    lock: LockFile,
}

#[expect(clippy::too_many_arguments, reason = "what the command has gathered, handed on once")]
/// Compares the two forms of the given objects of a drift; what hangs on them and drifted along comes along.
///
/// # Errors
///
/// An object that an open migration has, or one to be adopted that a pending migration has; an object of which the
/// migrations make something else than they say.
pub async fn settle(
    scratch: &mut Scratch,
    live: FromSide,
    drift: &Drift,
    lock: &LockFile,
    migrations: &[Migration],
    way: Settles,
    keys: &BTreeSet<String>,
    (renames, sql): (&RenameAnswers, &GivenSql),
) -> Result<Settlement, DraftError> {
    let chosen = keys;
    let keys = with_what_hangs_on_them(drift, &lock.catalog, way, chosen);
    let is_applied = |one: &&Migration| drift.applied.iter().any(|applied| applied.version == one.version);
    let touches = |one: &&Migration| one.manifest.objects.keys().any(|key| keys.contains(key));
    if let Some(open) = drift.applied.iter().filter(touches).find(|one| drift.open.contains(&one.folder_name())) {
        let folder = open.folder_name();
        return Err(DraftError::Settle(format!(
            "{folder} is open and has {} too: contract it or roll it back, then run this again",
            shared(open, &keys)
        )));
    }
    let pending = migrations.iter().filter(|one| !is_applied(one)).find(touches);
    let existing = match (way, pending) {
        (Settles::Adopted, Some(pending)) => {
            return Err(DraftError::Settle(format!(
                "{} is pending and was made for {} as it was before: take its folder away, adopt what is there, then write it anew with `cargo schema diff --write`",
                pending.folder_name(),
                shared(pending, &keys)
            )));
        }
        (Settles::Adopted, None) => migrations.to_vec(),
        (Settles::Reverted, _) => drift.applied.clone(),
    };
    let made = from_migrations(scratch, &existing).await?.inspection;
    // The lock has only what is declared.
    let keys = with_what_hangs_on_them(drift, &made.catalog, way, chosen);
    recorded_truly(drift, &keys, &canonical::objects(&made.catalog))?;
    let names = || keys.iter().map(String::as_str);
    let (facts, donor, history) = match way {
        Settles::Adopted => (made, &drift.end.catalog, LiveHistory::all_done(&existing)),
        Settles::Reverted => (drift.end.clone(), &made.catalog, live.history),
    };
    let mut from = facts.catalog.clone();
    if way == Settles::Reverted {
        let managed: BTreeSet<_> = donor.tables.keys().chain(lock.catalog.tables.keys()).collect();
        let chosen = |table: &String| keys.contains(&format!("table {table}"));
        from.tables.retain(|name, _| managed.contains(name) || chosen(&name.to_string()));
    }
    let mut to = from.clone();
    transplant(&mut to, donor, names());
    sql.apply(&mut to);
    let mut lock = lock.clone();
    if way == Settles::Adopted {
        write_down(&mut lock, drift, &keys);
    }
    let aligned = scope::whole(&from, to, renames);
    let differences = diff(&aligned.from, &aligned.to, renames);
    let comparison = Comparison {
        aligned,
        renames: renames.clone(),
        late_names: None,
        differences,
        facts,
        pending: Vec::new(),
        rehearsed: None,
        hand_written: BTreeMap::new(),
        history,
    };
    let next = pending.filter(|_| way == Settles::Reverted).map(|one| one.version);
    Ok(Settlement { comparison, way, keys, existing, next, lock })
}

impl Settlement {
    /// The objects that are settled.
    pub fn keys(&self) -> &BTreeSet<String> {
        &self.keys
    }

    /// Proves the groups on the scratch server and writes their folders; the lock file changes where something was
    /// adopted.
    ///
    /// # Errors
    ///
    /// A plan that doesn't get there; files that can't be written.
    pub async fn write(
        &self,
        groups: &[Group],
        all: &[Migration],
        scratch: &mut Scratch,
        place: Place<'_>,
    ) -> Result<Written, DraftError> {
        let drafts = drafts(&self.comparison, groups, place).map(|mut draft| {
            draft.manifest.drift = Some(self.way);
            draft
        });
        let first = match self.next {
            None => new_version(all),
            Some(next) => numbers_before(next, groups.len(), all),
        };
        let mut new = numbered(drafts, first, place.directory);
        let workspace = tempfile::tempdir().map_err(DraftError::Temporary)?;
        let proposition = Proposition {
            existing: &self.existing,
            from: &self.comparison.aligned.from,
            to: &self.comparison.aligned.to,
            workspace: workspace.path(),
            unproven: place.unproven,
        };
        proven(&self.comparison, &mut new, scratch, proposition).await?;
        save_all(new, &self.lock, place)
    }
}

/// Numbers that are free, the nearest before that of the pending migration which waits for what is put back.
fn numbers_before(next: Version, count: usize, all: &[Migration]) -> Version {
    let mut first = next - count as Version;
    while let Some(taken) = all.iter().find(|one| (first..first + count as Version).contains(&one.version)) {
        first = taken.version - count as Version;
    }
    first
}

fn shared(migration: &Migration, keys: &BTreeSet<String>) -> String {
    let shared: Vec<&str> =
        migration.manifest.objects.keys().filter(|key| keys.contains(*key)).map(String::as_str).collect();
    shared.join(", ")
}

/// With a table that came or went all of it; with a column what hangs on it. `before` is what the migrations leave behind.
fn with_what_hangs_on_them(drift: &Drift, before: &Catalog, way: Settles, keys: &BTreeSet<String>) -> BTreeSet<String> {
    let after = &drift.end.catalog;
    let [were, are] = [before, after].map(canonical::objects);
    let drifted: BTreeSet<&String> = drift.items.iter().map(|item| &item.drifted.key).collect();
    let has = |catalog: &Catalog, (table, column): &ColumnName| {
        catalog.table(table).is_some_and(|table| table.column(column).is_some())
    };
    let columns = chosen_columns(keys, [before, after]).into_iter();
    let (there, gone): (BTreeSet<ColumnName>, BTreeSet<ColumnName>) = columns.partition(|column| has(after, column));
    let new: BTreeSet<ColumnName> = there.iter().filter(|column| !has(before, column)).cloned().collect();
    let mut all = keys.clone();
    let drifted_there = |key: &String| are.contains_key(key) && drifted.contains(key);
    all.extend(hanging(after, &there).into_iter().filter(drifted_there));
    let drifted_away = |key: &String| !are.contains_key(key) && drifted.contains(key);
    all.extend(hanging(before, &gone).into_iter().filter(drifted_away));
    // Where a column goes, what nobody manages on it goes as well.
    match way {
        Settles::Adopted => all.extend(hanging(before, &gone).into_iter().filter(|key| !are.contains_key(key))),
        Settles::Reverted => all.extend(hanging(after, &new).into_iter().filter(|key| !were.contains_key(key))),
    }
    for DriftItem { drifted, .. } in &drift.items {
        let Some((table, _)) = drifted.key.split_once(' ').and_then(|(_, path)| part_of(path)) else { continue };
        let whole = format!("table {table}");
        let came_or_went = drift
            .items
            .iter()
            .any(|item| item.drifted.key == whole && item.drifted.found.is_some() != item.drifted.expected.is_some());
        if came_or_went && keys.contains(&whole) {
            all.insert(drifted.key.clone());
        }
    }
    all
}

/// Those that were chosen, and all of a chosen table that is on one side alone.
fn chosen_columns(keys: &BTreeSet<String>, sides: [&Catalog; 2]) -> BTreeSet<ColumnName> {
    let tables = sides.into_iter().zip(sides.into_iter().rev());
    let tables = tables.flat_map(|(one, other)| one.tables.values().filter(|table| other.table(&table.name).is_none()));
    let whole = tables.filter(|table| keys.contains(&format!("table {}", table.name)));
    let of_tables =
        whole.flat_map(|table| table.columns.iter().map(|column| (table.name.clone(), column.name.clone())));
    keys.iter().filter_map(|key| part_of(key.strip_prefix("column ")?)).chain(of_tables).collect()
}

/// What the migrations make on an empty database must be what they say, or it can't be put back.
fn recorded_truly(drift: &Drift, keys: &BTreeSet<String>, made: &BTreeMap<String, String>) -> Result<(), DraftError> {
    for DriftItem { drifted, .. } in drift.items.iter().filter(|item| keys.contains(&item.drifted.key)) {
        let print = made.get(&drifted.key).map(|line| canonical::fingerprint(line));
        if print != drifted.expected {
            return Err(DraftError::Settle(format!(
                "on an empty database the migrations make of {} something else than they made here{}: write a migration by hand (`cargo schema new NAME`)",
                drifted.key,
                made.get(&drifted.key).map_or_else(String::new, |line| format!(" (`{line}`)"))
            )));
        }
    }
    Ok(())
}

/// The lock gets what is adopted. What no struct can have declared yet is kept without a declaration, as it is when a
/// table is met for the first time.
fn write_down(lock: &mut LockFile, drift: &Drift, keys: &BTreeSet<String>) {
    transplant(&mut lock.catalog, &drift.end.catalog, keys.iter().map(String::as_str));
    for DriftItem { drifted, expected, .. } in drift.items.iter().filter(|item| keys.contains(&item.drifted.key)) {
        let Some(found) = &drifted.found else {
            lock.undeclared.remove(&drifted.key);
            lock.undeclared.remove(&format!("comment on {}", drifted.key));
            continue;
        };
        if drifted.expected.is_none() {
            lock.undeclared.insert(drifted.key.clone());
        }
        let commented = |line: &String| line.contains(" comment \"");
        if commented(found) && !expected.as_ref().is_some_and(commented) {
            lock.undeclared.insert(format!("comment on {}", drifted.key));
        }
    }
}
