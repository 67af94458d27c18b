//! What must hold before anything is changed: files as they were applied, objects as they were when planned.

use std::collections::BTreeSet;

use sqlx::PgConnection;

use super::error::{ApplyError, EditedFile};
use super::gate;
use crate::canonical;
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState};
use crate::dialect::postgres::inspect::inspect;
use crate::dialect::postgres::postcondition;
use crate::dialect::postgres::session::may_silence_triggers;
use crate::migration::{Migration, ObjectFingerprints, ScriptFiles, Settles, expected};
use crate::postcondition::{ObjectState, Postcondition};
use crate::statement::{Body, ScriptStep, TriggerMode};

/// Refuses edited and missing migrations.
pub(crate) async fn files_match(
    connection: &mut PgConnection,
    migrations: &[Migration],
    records: &[MigrationRecord],
) -> Result<(), ApplyError> {
    for record in records {
        if matches!(record.state, MigrationState::Pending | MigrationState::RolledBack) {
            continue;
        }
        match migrations.iter().find(|migration| migration.version == record.version) {
            None => return Err(ApplyError::Missing { version: record.version, name: record.name.clone() }),
            Some(migration) if migration.checksum != record.checksum => {
                return Err(ApplyError::Edited(edited(connection, migration, record).await?));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Where the files of an applied migration aren't what was applied.
pub(super) async fn edited(
    connection: &mut PgConnection,
    migration: &Migration,
    record: &MigrationRecord,
) -> Result<EditedFile, sqlx::Error> {
    let applied = history::files(connection, record.version, record.attempt).await?;
    let edit = applied.and_then(|applied| ScriptFiles::from_iter(applied).first_edit(&migration.files));
    let path = edit.as_ref().map_or_else(|| migration.path.clone(), |edit| migration.path.join(&edit.file));
    Ok(EditedFile { path, edit })
}

/// How the objects of a migration stand against its manifest.
pub(super) enum Standing {
    /// As before it: it can begin.
    Before,
    /// As after it: for a baseline, there is nothing to do.
    After,
    /// Neither; what differs.
    Differs(Vec<String>),
}

/// Compares the live objects with the manifest's fingerprints.
pub(super) async fn standing(connection: &mut PgConnection, migration: &Migration) -> Result<Standing, ApplyError> {
    let live = canonical::objects(&inspect(connection).await?.catalog);
    let differs_from = |wanted: fn(&ObjectFingerprints) -> &Option<String>| -> Vec<String> {
        let objects = migration.manifest.objects.iter();
        objects.filter_map(|(key, prints)| difference(key, wanted(prints).as_deref(), live.get(key))).collect()
    };
    let before = differs_from(|prints| &prints.before);
    if before.is_empty() {
        return Ok(Standing::Before);
    }
    let after = differs_from(|prints| &prints.after);
    if after.is_empty() {
        return Ok(Standing::After);
    }
    Ok(Standing::Differs(if migration.manifest.baseline { after } else { before }))
}

fn difference(key: &str, wanted: Option<&str>, live: Option<&String>) -> Option<String> {
    match (wanted, live) {
        (None, None) => None,
        (Some(wanted), Some(line)) if canonical::fingerprint(line) == wanted => None,
        (Some(_), Some(line)) => Some(format!("{key} is `{line}` here")),
        (Some(_), None) => Some(format!("{key} is not there")),
        (None, Some(line)) => Some(format!("{key} is there already: `{line}`")),
    }
}

/// Whether a migration that settles a drift has nothing to do here: what it adopts is there, and what it puts back is as
/// the applied migrations leave it, be it that it never went or that later ones came first.
pub(super) async fn is_settled(
    connection: &mut PgConnection,
    migration: &Migration,
    migrations: &[Migration],
) -> Result<bool, ApplyError> {
    let own = &migration.manifest.objects;
    let wanted = match migration.manifest.drift {
        None => return Ok(false),
        Some(Settles::Adopted) => expected([own]),
        Some(Settles::Reverted) => {
            let records = history::migrations(connection).await?;
            let done = |one: &&Migration| {
                records.iter().any(|record| record.version == one.version && record.state == MigrationState::Done)
            };
            expected(migrations.iter().filter(done).map(|one| &one.manifest.objects))
        }
    };
    let live = canonical::objects(&inspect(connection).await?.catalog);
    let print = |key: &String| live.get(key).map(|line| canonical::fingerprint(line));
    // While it is being proven, what it touches isn't known yet.
    Ok(!own.is_empty() && own.keys().all(|key| print(key) == wanted.get(key).cloned().flatten()))
}

/// Refuses a migration whose backfill keeps triggers silent where the role may not do that.
pub(super) async fn may_silence(connection: &mut PgConnection, migration: &Migration) -> Result<(), ApplyError> {
    let silent = |step: &ScriptStep| match &step.body {
        Body::Backfill(backfill) if backfill.triggers == TriggerMode::Silent => Some(backfill.table.clone()),
        Body::Backfill(_) | Body::Statements(_) | Body::Gate(_) | Body::Consent(_) => None,
    };
    let Some(table) = migration.steps.iter().find_map(silent) else { return Ok(()) };
    if may_silence_triggers(connection).await? {
        return Ok(());
    }
    Err(ApplyError::MayNotSilence { migration: migration.folder_name(), table: table.to_string() })
}

/// Refuses to begin where an index that the migration makes is there already under its name: a valid one would pass for
/// the one that is to be made.
pub(super) async fn names_are_free(connection: &mut PgConnection, migration: &Migration) -> Result<(), ApplyError> {
    let mut taken = Vec::new();
    for step in &migration.steps {
        let Postcondition::Object(ObjectState::IndexValid(index)) = &step.done_when else { continue };
        let gone = Postcondition::Object(ObjectState::IndexGone(index.clone()));
        if !postcondition::holds(connection, &gone).await? {
            taken.push(format!("index {index} is there already"));
        }
    }
    if taken.is_empty() {
        return Ok(());
    }
    Err(ApplyError::Drift { migration: migration.folder_name(), objects: taken })
}

/// The objects that an open migration claims: those that it changes, and tables that stand behind a view.
pub(super) fn claims(migration: &Migration) -> Vec<String> {
    let manifest = &migration.manifest;
    let whole = manifest.whole_tables.iter().map(|table| format!("table {table}"));
    let all: BTreeSet<String> = manifest.objects.keys().cloned().chain(whole).collect();
    all.into_iter().collect()
}

/// The tables that a migration touches: those of its objects, and those on which they lean.
fn tables_touched(migration: &Migration) -> impl Iterator<Item = &str> {
    let own = migration.manifest.objects.keys().map(|key| table_of(key));
    own.chain(migration.manifest.leans_on.iter().map(String::as_str))
}

/// Refuses a migration that shares an object with another open one.
pub(super) async fn disjoint(
    connection: &mut PgConnection,
    migration: &Migration,
    migrations: &[Migration],
) -> Result<(), ApplyError> {
    let open = history::open_objects(connection).await?;
    let of_others = open.iter().filter(|(_, version)| *version != migration.version);
    let whole: BTreeSet<&str> = whole_tables(migration).collect();
    for (object, version) in of_others {
        let other = migrations.iter().find(|other| other.version == *version);
        let other_whole: BTreeSet<&str> = other.map(|other| whole_tables(other).collect()).unwrap_or_default();
        let shared = migration.manifest.objects.contains_key(object)
            || whole.contains(table_of(object))
            || tables_touched(migration).any(|table| other_whole.contains(table));
        if !shared {
            continue;
        }
        let records = history::migrations(connection).await?;
        let record = records.iter().find(|record| record.version == *version);
        return Err(ApplyError::Overlap {
            migration: migration.folder_name(),
            object: object.clone(),
            open: other.map_or_else(|| version.to_string(), Migration::folder_name),
            lacks: record.map_or_else(String::new, gate::lacks),
        });
    }
    Ok(())
}

/// The tables that a migration makes, drops or renames, or puts behind a view.
fn whole_tables(migration: &Migration) -> impl Iterator<Item = &str> {
    let made_or_gone = migration.manifest.objects.iter().filter_map(|(key, prints)| {
        let table = key.strip_prefix("table ")?;
        (prints.before.is_none() || prints.after.is_none()).then_some(table)
    });
    made_or_gone.chain(migration.manifest.whole_tables.iter().map(String::as_str))
}

/// The table in an object's key: all but the last part of `column a.b.c`, all of `table a.b`.
pub(super) fn table_of(key: &str) -> &str {
    let (kind, name) = key.split_once(' ').unwrap_or(("", key));
    if matches!(kind, "table" | "type") {
        return name;
    }
    let (mut quoted, mut last_dot) = (false, name.len());
    for (at, c) in name.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => last_dot = at,
            _ => {}
        }
    }
    &name[..last_dot]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_a_key() {
        assert_eq!(table_of("column public.users.name"), "public.users");
        assert_eq!(table_of("table public.users"), "public.users");
        assert_eq!(table_of("column public.\"a.b\".\"c.d\""), "public.\"a.b\"");
    }
}
