//! The end state: once a migration has been applied as `apply` does it, nothing may differ, and planning again must give
//! nothing.

use std::path::Path;

use schema_model::Catalog;

use super::ProofError;
use super::load::load;
use super::scratch::ScratchDatabase;
use crate::apply::{ApplyError, ApplyOptions, Listener, Runner, Target};
use crate::canonical;
use crate::change::Change;
use crate::dialect::postgres::inspect::inspect;
use crate::diff::{RenameAnswers, diff};
use crate::inspection::Inspection;
use crate::migration::{Migration, ObjectFingerprints, load_one};

/// What differs in the end though nothing should.
#[derive(Clone, Debug, PartialEq)]
pub enum Leftover {
    /// A change that the plan should have made.
    Change(Box<Change>),
    /// A difference that nobody handles.
    Unhandled(String),
}

impl std::fmt::Display for Leftover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Change(change) => change.fmt(f),
            Self::Unhandled(what) => f.write_str(what),
        }
    }
}

/// Makes a baseline's tables on a database that has only what they lean on; gives the catalog in the end.
pub async fn load_baseline(
    database: &ScratchDatabase,
    before: &Catalog,
    facts: &Inspection,
    baseline: &Migration,
    workspace: &Path,
) -> Result<Catalog, ProofError> {
    let mut around = facts.clone();
    around.catalog.objects.retain(|key, _| !baseline.manifest.objects.contains_key(key));
    load(database, before, &around).await?;
    let target = Target::new(&database.url, None)?;
    let written = load_one(&workspace.join(baseline.folder_name()))?;
    apply_all_phases(&target, &[written]).await?;
    catalog_of(&target).await
}

/// Applies the last of the migrations, all its phases.
pub(super) async fn apply_all_phases(target: &Target, all: &[Migration]) -> Result<(), ProofError> {
    let mut runner = Runner::start(target.clone(), "proof", Listener::silent()).await?;
    runner.apply(all, ApplyOptions { all_phases: true }).await?;
    runner.finish().await?;
    Ok(())
}

/// The catalog of a scratch database.
pub(super) async fn catalog_of(target: &Target) -> Result<Catalog, ProofError> {
    let mut connection = target.connect("schema-diff proof").await?;
    let inspection = inspect(&mut connection).await?;
    sqlx::Connection::close(connection).await.map_err(ApplyError::from)?;
    Ok(inspection.catalog)
}

/// The objects whose lines differ, with the fingerprints of both.
pub(super) fn touched(before: &Catalog, after: &Catalog) -> std::collections::BTreeMap<String, ObjectFingerprints> {
    let (before, after) = (canonical::objects(before), canonical::objects(after));
    let print = |line: Option<&String>| line.map(|line| canonical::fingerprint(line));
    before
        .keys()
        .chain(after.keys())
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| (key.clone(), ObjectFingerprints { before: print(before.get(key)), after: print(after.get(key)) }))
        .collect()
}

pub(super) fn require_nothing_left(end: &Catalog, to: &Catalog) -> Result<(), ProofError> {
    let mut end = end.clone();
    end.tables.retain(|name, _| to.tables.contains_key(name));
    end.enums.retain(|name, _| to.enums.contains_key(name));
    end.objects.retain(|key, _| to.objects.contains_key(key));
    let left = diff(&end, to, &RenameAnswers::default());
    let mut leftovers: Vec<Leftover> =
        left.changes.into_iter().map(|change| Leftover::Change(Box::new(change))).collect();
    leftovers.extend(left.unhandled.iter().map(|unhandled| Leftover::Unhandled(unhandled.to_string())));
    if leftovers.is_empty() { Ok(()) } else { Err(ProofError::Leftover(leftovers)) }
}
