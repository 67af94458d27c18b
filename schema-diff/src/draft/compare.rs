//! Compares two sides, in the server's own terms.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::{Catalog, Identifier, ObjectKind, QualifiedName, SqlObject, Table};
use sqlx::PgConnection;

use super::DraftError;
use crate::canonical;
use crate::dialect::postgres::history::{MigrationRecord, MigrationState};
use crate::dialect::postgres::inspect::inspect;
use crate::dialect::postgres::normalise::{NormaliseError, normalise};
use crate::diff::{Differences, LateNames, RenameAnswers, diff_with_late_names};
use crate::inspection::Inspection;
use crate::migration::{LockFile, Migration, ObjectFingerprints, Version, expected};
use crate::plan::name_declared;
use crate::plan::object_order::{creation_order, is_early};
use crate::proof::{LiveHistory, Scratch, ScratchDatabase, rehearse};
use crate::scope::{self, Aligned};

/// The side that is.
#[derive(Clone, Debug, Default)]
pub struct FromSide {
    /// What is there.
    pub inspection: Inspection,
    /// What the history says there.
    pub history: LiveHistory,
}

/// The side that is to be.
#[derive(Clone, Debug, Default)]
pub struct Declaration {
    /// Tables and types.
    pub catalog: Catalog,
    /// Whether everything on both sides counts, and not only what is managed.
    pub whole: bool,
}

/// Two compared sides.
pub struct Comparison {
    /// Both sides in one scope, normalised and named.
    pub aligned: Aligned,
    /// What was said about renames.
    pub renames: RenameAnswers,
    /// Tables that get another name and change otherwise too.
    pub(crate) late_names: Option<LateNames>,
    /// What differs.
    pub differences: Differences,
    /// The facts of the from side.
    pub facts: Inspection,
    /// Folders of migrations that are committed and not applied, or not finished.
    pub pending: Vec<String>,
    /// The scratch database on which the pending migrations were run.
    pub rehearsed: Option<ScratchDatabase>,
    /// What hand-written migrations among the pending ones touch, by their version.
    pub hand_written: BTreeMap<Version, BTreeMap<String, ObjectFingerprints>>,
    /// What the history says.
    pub history: LiveHistory,
}

impl Comparison {
    /// Both sides as canonical text.
    pub fn texts(&self) -> (String, String) {
        (canonical::text(&self.aligned.from), canonical::text(&self.aligned.to))
    }

    /// The side that is to be, as it is planned.
    pub(super) fn planned(&self) -> &Catalog {
        self.late_names.as_ref().map_or(&self.aligned.to, |late| &late.to)
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        let Differences { changes, questions, unhandled } = &self.differences;
        changes.is_empty() && questions.is_empty() && unhandled.is_empty()
    }

    /// The tables that the comparison is about.
    pub fn tables(&self) -> BTreeSet<QualifiedName> {
        self.aligned.from.tables.keys().chain(self.aligned.to.tables.keys()).cloned().collect()
    }
}

/// Compares live + pending with what is declared. The connection is the one on which the server's form of expressions
/// is asked for; without it, or where it refuses, the scratch server is asked.
pub async fn compare(
    mut connection: Option<&mut PgConnection>,
    scratch: &mut Scratch,
    from: FromSide,
    to: Declaration,
    lock: &LockFile,
    migrations: &[Migration],
    renames: &RenameAnswers,
) -> Result<Comparison, DraftError> {
    let FromSide { inspection: live, history } = from;
    let mut facts = live;
    let mut rehearsed = None;
    let mut hand_written = BTreeMap::new();
    let unfinished = if connection.is_some() { unfinished(migrations, &history) } else { Vec::new() };
    // For what is set aside there is nothing to do, but when its time is over.
    let waits = |one: &&(&Migration, Option<&MigrationRecord>)| {
        one.1.is_some_and(|record| record.state == MigrationState::InGrace && !record.is_grace_over())
    };
    let pending = unfinished.iter().filter(|one| !waits(one)).map(|(migration, _)| migration.folder_name()).collect();
    if !unfinished.is_empty() {
        let of_structs = to.catalog.tables.keys().chain(lock.catalog.tables.keys());
        let aside = unfinished.iter().flat_map(|(migration, _)| migration.tables_aside());
        let tables = of_structs.chain(aside).cloned().collect();
        let done = rehearse(scratch, &facts, &tables, migrations, &history).await?;
        facts = on_top(facts, inspect_scratch(&done.database).await?, &tables);
        rehearsed = Some(done.database);
        hand_written = done.hand_written;
    }
    let mut declared = to.catalog;
    let known = [&facts.catalog, &lock.catalog];
    let asked = match &mut connection {
        Some(_) if needs_more(&declared, &facts.catalog) => {
            Err(NormaliseError::NeedsScratch("it lacks what is declared as SQL".to_owned()))
        }
        Some(connection) => normalise(connection, &mut declared, &known).await,
        None => Err(NormaliseError::NeedsScratch("it isn't live".to_owned())),
    };
    match asked {
        Ok(()) => {}
        Err(NormaliseError::NeedsScratch(_)) => {
            normalise_on_scratch(scratch, &facts.catalog, &mut declared, &known).await?
        }
        Err(error) => return Err(error.into()),
    }
    let renames = &renames.under_either_name(&facts.catalog, &declared);
    let aligned = if to.whole {
        scope::whole(&facts.catalog, declared, renames)
    } else {
        let hinted = hinted_renames(&declared);
        let renamed = |table: &QualifiedName, old: &Identifier| {
            let answered = renames.renames.iter().find(|((of, _), source)| of == table && *source == old);
            answered.map(|((_, new), _)| new.clone()).or_else(|| hinted.get(table)?.get(old).cloned())
        };
        let manifests = migrations.iter().map(|migration| &migration.manifest.objects).chain(hand_written.values());
        scope::managed(&facts.catalog, declared, lock, &expected(manifests), renames, renamed)
    };
    let mut aligned = aligned;
    if connection.is_none() {
        aligned.drift.clear();
    }
    name_declared(&mut aligned.to);
    let (differences, late_names) = diff_with_late_names(&aligned.from, &aligned.to, renames);
    let renames = renames.clone();
    Ok(Comparison { aligned, renames, late_names, differences, facts, pending, rehearsed, hand_written, history })
}

/// Each table's columns that say what they were called before, by that name.
pub(super) fn hinted_renames(declared: &Catalog) -> BTreeMap<QualifiedName, BTreeMap<Identifier, Identifier>> {
    let of = |table: &Table| {
        let columns = table.columns.iter();
        columns.flat_map(|column| column.hints.sources().map(|old| (old.clone(), column.name.clone()))).collect()
    };
    let tables = declared.tables.iter().map(|(name, table)| (name.clone(), of(table)));
    tables.filter(|(_, renames): &(_, BTreeMap<_, _>)| !renames.is_empty()).collect()
}

/// Whether expressions may use what is declared as SQL and isn't live yet.
fn needs_more(declared: &Catalog, live: &Catalog) -> bool {
    let differs = |key: &String, object: &SqlObject| live.objects.get(key).is_none_or(|there| !there.same_as(object));
    declared.objects.iter().any(|(key, object)| is_early(object, declared) && differs(key, object))
}

/// The migrations that aren't done, with what the history says of them.
fn unfinished<'a>(
    migrations: &'a [Migration],
    history: &'a LiveHistory,
) -> Vec<(&'a Migration, Option<&'a MigrationRecord>)> {
    let record = |migration: &Migration| history.records.iter().find(|record| record.version == migration.version);
    let all = migrations.iter().map(|migration| (migration, record(migration)));
    all.filter(|(_, record)| record.is_none_or(|record| record.state != MigrationState::Done)).collect()
}

/// The live facts with what the pending migrations will have made of the tables concerned.
pub(super) fn on_top(live: Inspection, rehearsed: Inspection, tables: &BTreeSet<QualifiedName>) -> Inspection {
    let mut result = live;
    let is_dropped = |name: &QualifiedName| tables.contains(name) && !rehearsed.catalog.tables.contains_key(name);
    let dropped: BTreeSet<_> = result.catalog.tables.keys().filter(|name| is_dropped(name)).cloned().collect();
    result.catalog.objects.retain(|_, object| object.table.as_ref().is_none_or(|table| !dropped.contains(table)));
    result.catalog.tables.retain(|name, _| !tables.contains(name));
    // All of them were loaded there.
    result.catalog.enums = rehearsed.catalog.enums;
    // What was not loaded there for want of its table is as it was; what else is missing there was dropped.
    let loaded = |key: &str| {
        let table = key.strip_prefix("table ").and_then(|name| name.parse::<QualifiedName>().ok());
        table.is_none_or(|table| rehearsed.catalog.tables.contains_key(&table))
    };
    result.catalog.objects.retain(|_, object| !object.needs.iter().all(|key| loaded(key)));
    // A view that stood for a table while its names changed is gone with the end of that.
    let stands_for_a_table = |object: &SqlObject| {
        object.kind == ObjectKind::View
            && object.name.parse::<QualifiedName>().is_ok_and(|name| rehearsed.catalog.tables.contains_key(&name))
    };
    result.catalog.objects.retain(|_, object| !stands_for_a_table(object));
    result.catalog.objects.extend(rehearsed.catalog.objects);
    for (name, table) in rehearsed.catalog.tables.into_iter().filter(|(name, _)| tables.contains(name)) {
        let mut facts = rehearsed.facts.get(&name).cloned().unwrap_or_default();
        if let Some(before) = result.facts.get(&name) {
            facts.estimated_rows = before.estimated_rows;
            facts.unmodelled.clone_from(&before.unmodelled);
        }
        result.facts.insert(name.clone(), facts);
        result.catalog.tables.insert(name, table);
    }
    result
}

pub(super) async fn inspect_scratch(database: &ScratchDatabase) -> Result<Inspection, DraftError> {
    let mut connection = database.connect().await?;
    let inspection = inspect(&mut connection).await?;
    sqlx::Connection::close(connection).await?;
    Ok(inspection)
}

/// On an empty scratch database every declared enum type can be made as it is to be.
async fn normalise_on_scratch(
    scratch: &mut Scratch,
    around: &Catalog,
    declared: &mut Catalog,
    known: &[&Catalog],
) -> Result<(), DraftError> {
    let database = scratch.database().await?;
    let mut connection = database.connect().await?;
    let live = around.objects.iter().filter(|(key, _)| !declared.objects.contains_key(*key));
    let mut all = Catalog { objects: declared.objects.clone(), ..Catalog::default() };
    all.objects.extend(live.map(|(key, object)| (key.clone(), object.clone())));
    let early: Vec<_> = creation_order(&all)
        .into_iter()
        .filter_map(|key| all.objects.get(key))
        .filter(|object| is_early(object, &all))
        .collect();
    crate::dialect::postgres::load::prepare(&mut connection, declared, &early).await?;
    let outcome = normalise(&mut connection, declared, known).await;
    sqlx::Connection::close(connection).await?;
    scratch.drop_database(&database).await?;
    Ok(outcome?)
}
