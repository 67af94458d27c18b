//! Where a live database isn't what the applied migrations leave behind, object by object.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;

use super::compare::{FromSide, inspect_scratch, on_top};
use super::{DraftError, from_migrations};
use crate::apply::check::files_match;
use crate::canonical;
use crate::dialect::postgres::history::MigrationState;
use crate::inspection::Inspection;
use crate::migration::{LockFile, Migration, expected};
use crate::proof::{ProofError, Scratch, rehearse};
use crate::scope::{Drifted, drifted};

/// What a live database has otherwise than the applied migrations leave it.
#[derive(Clone, Debug, Default)]
pub struct Drift {
    /// The objects that differ, by their keys.
    pub items: Vec<DriftItem>,
    /// Folders of migrations that are begun and not finished: what they have made so far is no drift.
    pub open: Vec<String>,
    /// Folders of migrations that are not applied: what they will make is not expected yet.
    pub pending: Vec<String>,
    /// What is live, with open migrations taken to their end.
    pub(super) end: Inspection,
    /// The migrations that are applied, open ones too.
    pub(super) applied: Vec<Migration>,
}

/// An object that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriftItem {
    /// What differs.
    pub drifted: Drifted,
    /// The line that it should have, where it should be there and the text is known.
    pub expected: Option<String>,
    /// The folder of the last applied migration that touches it.
    pub migration: Option<String>,
}

/// Judges a live database by the migrations that its history calls applied. A scratch server is asked only where one of
/// them is open (it is brought to its end there), or where `schema.lock` doesn't say what an object was.
///
/// # Errors
///
/// An applied migration that was edited or isn't here; a scratch server that is needed and can't be had.
pub async fn drift(
    connection: &mut PgConnection,
    scratch: &mut Scratch,
    live: &FromSide,
    lock: &LockFile,
    migrations: &[Migration],
) -> Result<Drift, DraftError> {
    files_match(connection, migrations, &live.history.records).await.map_err(ProofError::from)?;
    let state = |migration: &Migration| {
        let record = live.history.records.iter().find(|record| record.version == migration.version);
        record.map_or(MigrationState::Pending, |record| record.state)
    };
    let (pending, applied): (Vec<Migration>, Vec<Migration>) = migrations
        .iter()
        .cloned()
        .partition(|one| matches!(state(one), MigrationState::Pending | MigrationState::RolledBack));
    let open: Vec<String> =
        applied.iter().filter(|one| state(one) != MigrationState::Done).map(Migration::folder_name).collect();
    let mut end = live.inspection.clone();
    if !open.is_empty() {
        let aside = applied.iter().flat_map(Migration::tables_aside);
        let tables: BTreeSet<_> =
            end.catalog.tables.keys().chain(lock.catalog.tables.keys()).chain(aside).cloned().collect();
        let done = rehearse(scratch, &end, &tables, &applied, &live.history).await?;
        end = on_top(end, inspect_scratch(&done.database).await?, &tables);
        scratch.drop_database(&done.database).await?;
    }
    let wanted = expected(applied.iter().map(|migration| &migration.manifest.objects));
    let found = drifted(&end.catalog, &wanted);
    let lines = expected_lines(scratch, &found, lock, &applied).await;
    let items = found.into_iter().map(|drifted| item(drifted, &lines, &applied)).collect();
    let pending = pending.iter().map(Migration::folder_name).collect();
    Ok(Drift { items, open, pending, end, applied })
}

fn item(drifted: Drifted, lines: &BTreeMap<String, String>, applied: &[Migration]) -> DriftItem {
    let touches = |migration: &&Migration| migration.manifest.objects.contains_key(&drifted.key);
    let migration = applied.iter().rev().find(touches).map(Migration::folder_name);
    let expected = lines.get(&drifted.key).filter(|_| drifted.expected.is_some()).cloned();
    DriftItem { drifted, expected, migration }
}

/// What the objects should be, as text: from the lock where it agrees with the fingerprint, else from a database that the
/// applied migrations make. Where that can't be had the text stays unknown; what differs is known all the same.
async fn expected_lines(
    scratch: &mut Scratch,
    found: &[Drifted],
    lock: &LockFile,
    applied: &[Migration],
) -> BTreeMap<String, String> {
    let agree = |lines: BTreeMap<String, String>| -> BTreeMap<String, String> {
        let wanted = |key: &String| found.iter().find(|one| one.key == *key).and_then(|one| one.expected.clone());
        lines.into_iter().filter(|(key, line)| wanted(key) == Some(canonical::fingerprint(line))).collect()
    };
    let mut lines = agree(canonical::objects(&lock.catalog));
    if found.iter().any(|one| one.expected.is_some() && !lines.contains_key(&one.key))
        && let Ok(made) = from_migrations(scratch, applied).await
    {
        lines.extend(agree(canonical::objects(&made.inspection.catalog)));
    }
    lines
}
