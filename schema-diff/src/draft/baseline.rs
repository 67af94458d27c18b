//! First contact: a migration that writes down the live form of declared tables which no migration has made.

use std::collections::BTreeMap;
use std::sync::Arc;

use schema_model::{Catalog, ObjectKind, QualifiedName, Table};

use super::{Comparison, DraftError};
use crate::canonical;
use crate::dialect::postgres::render::render;
use crate::diff::{RenameAnswers, diff};
use crate::migration::{Manifest, Migration, ObjectFingerprints, ScriptFiles};
use crate::phase::Phase;
use crate::plan::answer::Answers;
use crate::plan::group::group;
use crate::plan::source::SourceFacts;
use crate::plan::{Context, Owners, plan};

/// The baseline, without version and folder; `None` where nothing is met for the first time.
pub(super) fn baseline(comparison: &Comparison) -> Result<Option<Migration>, DraftError> {
    let aligned = &comparison.aligned;
    if aligned.first_contact.is_empty() && aligned.first_objects.is_empty() {
        return Ok(None);
    }
    let mut after = aligned.from.clone();
    // A version of which nobody has said that it counts.
    for (key, object) in after.objects.iter_mut().filter(|(_, object)| object.kind == ObjectKind::Extension) {
        if aligned.to.objects.get(key).is_none_or(|declared| declared.version().is_none()) {
            object.columns.clear();
        }
    }
    let after = &after;
    let mut before = after.clone();
    before.tables.retain(|name, _| !aligned.first_contact.contains(name));
    before.enums.retain(|name, _| is_used(&before.tables, name));
    before.objects.retain(|key, _| !aligned.first_objects.contains(key));
    let made = diff(&before, after, &RenameAnswers::default());
    let context = Context {
        from: &before,
        to: after,
        owners: &Owners::of(&before),
        rename_answers: &comparison.renames,
        changes: &made.changes,
        facts: &comparison.facts,
        lock: None,
        answers: &Answers::default(),
        source: &SourceFacts::default(),
    };
    let planned = plan(&context).map_err(|obstacles| {
        DraftError::Baseline(obstacles.iter().map(|obstacle| format!("{obstacle:?}")).collect())
    })?;
    let tables = aligned.first_contact.iter().map(|name| format!("write down table {name} as it is"));
    let objects_met = aligned.first_objects.iter().map(|key| format!("write down {key} as it is"));
    let groups = group(planned, [&before, after]).into_iter();
    let steps = groups.flat_map(|group| render(Phase::Expand, &group.steps)).collect();
    let (old, new) = (canonical::objects(&before), canonical::objects(after));
    let objects = new
        .iter()
        .filter(|(key, _)| !old.contains_key(*key))
        .map(|(key, line)| {
            (key.clone(), ObjectFingerprints { before: None, after: Some(canonical::fingerprint(line)) })
        })
        .collect();
    Ok(Some(Migration {
        version: 0,
        name: "baseline".to_owned(),
        path: std::path::PathBuf::new(),
        manifest: Manifest {
            changes: tables.chain(objects_met).collect(),
            proof: Some("end state".to_owned()),
            baseline: true,
            objects,
            ..Manifest::default()
        },
        steps,
        undo: Vec::new(),
        files: ScriptFiles::default(),
        checksum: String::new(),
    }))
}

fn is_used(tables: &BTreeMap<QualifiedName, Arc<Table>>, name: &QualifiedName) -> bool {
    tables
        .values()
        .flat_map(|table| &table.columns)
        .any(|column| column.sql_type.qualified_name().as_ref() == Some(name))
}

/// What the live database has beyond the tables that the baseline makes, for the proof on an empty one: the managed tables,
/// and what those reference that it makes.
pub(super) fn without_first_contact(comparison: &Comparison) -> Catalog {
    let is_made = |name: &QualifiedName| comparison.aligned.first_contact.contains(name);
    let mut catalog = comparison.aligned.from.clone();
    let mut open: Vec<QualifiedName> = comparison.aligned.first_contact.clone();
    while let Some(name) = open.pop() {
        let keys = comparison.facts.catalog.table(&name).into_iter().flat_map(|table| &table.foreign_keys);
        for referenced in keys.map(|key| &key.references) {
            if let Some(table) = comparison.facts.catalog.tables.get(referenced)
                && !catalog.tables.contains_key(referenced)
            {
                catalog.tables.insert(referenced.clone(), table.clone());
                open.push(referenced.clone());
            }
        }
    }
    catalog.tables.retain(|name, _| !is_made(name));
    for table in catalog.tables_mut() {
        table.foreign_keys.retain(|key| !is_made(&key.references));
    }
    let tables = catalog.tables.clone();
    let live = &comparison.facts.catalog.enums;
    catalog.enums.extend(live.iter().map(|(name, kind)| (name.clone(), kind.clone())));
    catalog.enums.retain(|name, _| is_used(&tables, name));
    catalog.objects.retain(|key, _| !comparison.aligned.first_objects.contains(key));
    catalog
}
