//! Proves the plan and writes it: the folders first, the lock file last.

use std::path::Path;

use schema_model::Catalog;

use super::baseline::{baseline, without_first_contact};
use super::lock::lock_file;
use super::{Comparison, DraftError};
use crate::canonical;
use crate::change::Change;
use crate::dialect::postgres::render::render;
use crate::migration::{
    LockFile, Manifest, Migration, RecordedAnswers, ScriptFiles, Version, new_version, save, save_manifest,
};
use crate::phase::Phase;
use crate::plan::group::Group;
use crate::plan::undo;
use crate::proof::{Proposition, Scratch, ScratchDatabase, load_baseline, prove, rehearse};

/// What was written.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The new migrations.
    pub migrations: Vec<Migration>,
    /// Whether the lock file had to be brought up to date.
    pub lock_changed: bool,
}

/// Proves the groups on the scratch server and, if nothing is left over, writes their folders and the lock file.
pub async fn write(
    comparison: &Comparison,
    groups: &[Group],
    existing: &[Migration],
    scratch: &mut Scratch,
    place: Place<'_>,
) -> Result<Written, DraftError> {
    let base = baseline(comparison)?;
    let drafts = base.into_iter().chain(drafts(comparison, groups, place));
    let mut new = numbered(drafts, new_version(existing), place.directory);
    let workspace = tempfile::tempdir().map_err(DraftError::Temporary)?;
    let proposition = Proposition {
        existing,
        from: &comparison.aligned.from,
        to: &comparison.aligned.to,
        workspace: workspace.path(),
        unproven: place.unproven,
    };
    let end = proven(comparison, &mut new, scratch, proposition).await?;
    if let Some(base) = new.iter().find(|migration| migration.manifest.baseline) {
        prove_baseline(comparison, base, scratch, workspace.path()).await?;
    }
    let lock = lock_file(&end, &comparison.aligned.to, comparison.aligned.undeclared.clone());
    for migration in existing {
        if let Some(objects) = comparison.hand_written.get(&migration.version) {
            let manifest = Manifest {
                proof: Some("end state".to_owned()),
                objects: objects.clone(),
                ..migration.manifest.clone()
            };
            save_manifest(&migration.path, &manifest)?;
        }
    }
    save_all(new, &lock, place)
}

/// The folders first, the lock file last, and only where it changes.
pub(super) fn save_all(new: Vec<Migration>, lock: &LockFile, place: Place<'_>) -> Result<Written, DraftError> {
    std::fs::create_dir_all(place.directory)
        .map_err(|source| crate::migration::MigrationError::Io { path: place.directory.to_owned(), source })?;
    for migration in &new {
        save(migration)?;
    }
    let lock_changed = LockFile::load(place.lock)?.text() != lock.text();
    if lock_changed {
        lock.save(place.lock)?;
    }
    Ok(Written { migrations: new, lock_changed })
}

/// Gives migrations their numbers, one after the other, and the folders that go with them.
pub(super) fn numbered(drafts: impl Iterator<Item = Migration>, first: Version, directory: &Path) -> Vec<Migration> {
    let numbered = drafts.zip(first..).map(|(mut migration, version)| {
        migration.version = version;
        migration.path = directory.join(migration.folder_name());
        migration
    });
    numbered.collect()
}

/// Proves the groups on the scratch server, and writes nothing.
pub async fn prove_only(
    comparison: &Comparison,
    groups: &[Group],
    existing: &[Migration],
    scratch: &mut Scratch,
) -> Result<(), DraftError> {
    let (nowhere, answers) = (Path::new(""), RecordedAnswers::default());
    let place = Place { directory: nowhere, lock: nowhere, name: None, answers: &answers, unproven: false };
    let mut new = numbered(drafts(comparison, groups, place), new_version(existing), nowhere);
    let workspace = tempfile::tempdir().map_err(DraftError::Temporary)?;
    let proposition = Proposition {
        existing,
        from: &comparison.aligned.from,
        to: &comparison.aligned.to,
        workspace: workspace.path(),
        unproven: false,
    };
    proven(comparison, &mut new, scratch, proposition).await?;
    Ok(())
}

/// Where the files go, and what goes into them.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The folder of migrations.
    pub directory: &'a Path,
    /// The lock file.
    pub lock: &'a Path,
    /// The name given by the user.
    pub name: Option<&'a str>,
    /// The answers that were given.
    pub answers: &'a RecordedAnswers,
    /// Whether a migration is written though its proof finds a fault; the fault then stands in its manifest.
    pub unproven: bool,
}

/// Runs the new migrations on a scratch server and gives them their fingerprints; gives the catalog in the end.
pub(super) async fn proven(
    comparison: &Comparison,
    new: &mut [Migration],
    scratch: &mut Scratch,
    proposition: Proposition<'_>,
) -> Result<Catalog, DraftError> {
    let database = match &comparison.rehearsed {
        Some(database) => database.clone(),
        None => {
            let tables = comparison.tables();
            let history = &comparison.history;
            rehearse(scratch, &comparison.facts, &tables, proposition.existing, history).await?.database
        }
    };
    Ok(prove(scratch, database, new, proposition).await?)
}

/// On an empty database the baseline makes what is live here.
async fn prove_baseline(
    comparison: &Comparison,
    base: &Migration,
    scratch: &mut Scratch,
    workspace: &Path,
) -> Result<(), DraftError> {
    let before = without_first_contact(comparison);
    let database: ScratchDatabase = scratch.database().await?;
    let made = load_baseline(&database, &before, &comparison.facts, base, workspace).await;
    scratch.drop_database(&database).await?;
    let made = canonical::objects(&made?);
    let differs: Vec<String> = base
        .manifest
        .objects
        .iter()
        .filter(|(key, prints)| made.get(*key).map(|line| canonical::fingerprint(line)) != prints.after)
        .map(|(key, _)| match made.get(key) {
            Some(line) => format!("{key} would be `{line}`"),
            None => format!("{key} would be missing"),
        })
        .collect();
    if differs.is_empty() { Ok(()) } else { Err(DraftError::Baseline(differs)) }
}

/// A migration for each group, without number and folder.
pub(super) fn drafts<'a>(
    comparison: &'a Comparison,
    groups: &'a [Group],
    place: Place<'a>,
) -> impl Iterator<Item = Migration> + 'a {
    let names = names(groups, place.name);
    groups.iter().zip(names).map(move |(group, name)| draft(group, name, comparison, place.answers))
}

fn draft(group: &Group, name: String, comparison: &Comparison, answers: &RecordedAnswers) -> Migration {
    let steps = Phase::ALL.into_iter().flat_map(|phase| render(phase, &group.steps)).collect::<Vec<_>>();
    let has_contract = steps.iter().any(|step| step.phase == Phase::Contract);
    let way_back =
        if has_contract { undo(&group.steps, &comparison.aligned.from, &comparison.facts) } else { Vec::new() };
    Migration {
        version: 0,
        name,
        path: std::path::PathBuf::new(),
        manifest: Manifest {
            changes: group.changes.iter().map(ToString::to_string).collect(),
            answers: answers.clone(),
            whole_tables: group.whole_tables(),
            leans_on: group.leans_on(),
            ..Manifest::default()
        },
        steps,
        undo: render(Phase::Undo, &way_back),
        files: ScriptFiles::default(),
        checksum: String::new(),
    }
}

/// The user's name, or one after the first change; where there are several groups each is told apart.
fn names(groups: &[Group], given: Option<&str>) -> Vec<String> {
    let own = |group: &Group| {
        let first = group.changes.first().map_or_else(|| "migration".to_owned(), Change::slug);
        // What hangs on a column or a table goes without saying.
        let weighs = |change: &&Change| !matches!(change, Change::Constraint { .. });
        match group.changes.iter().skip(1).filter(weighs).count() {
            0 => first,
            more => format!("{first}_and_{more}_more"),
        }
    };
    groups
        .iter()
        .map(|group| match given {
            Some(name) if groups.len() == 1 => folder_word(name),
            Some(name) => folder_word(&format!("{name}_{}", own(group))),
            None => folder_word(&own(group)),
        })
        .collect()
}

/// What a folder's name can hold everywhere: small letters, digits and underscores, sixty of them at most.
fn folder_word(name: &str) -> String {
    let word: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    word.chars().take(60).collect()
}
