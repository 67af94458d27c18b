//! Upserts on a key that stands in both forms: concurrent ones of the two releases collide on the other one's index.

use schema_model::{Identifier, IndexKeyTarget, QualifiedName, sql_text};

use crate::plan::Context;
use crate::plan::answer::short_name;
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::sync::{Form, KeyPart, Sync, SyncKind, TwoWay};

/// Unique keys that stand on both sides, in the new form. None where it is known that nobody upserts, or was answered.
pub(super) fn keys(context: &Context<'_>, table: &QualifiedName, old: &[Form], new: &[Form]) -> Vec<Vec<KeyPart>> {
    let objects = old.iter().chain(new).map(|form| short_name(table, Some(&form.column)));
    let no_lock = objects.into_iter().any(|object| context.answers.strategy(&object) == Some("no-lock"));
    let Some(wanted) = context.new_table(table).filter(|_| !no_lock && context.may_upsert(table)) else {
        return Vec::new();
    };
    let mentions = |part: &KeyPart| new.iter().any(|form| sql_text::mentions(&part.expression, form.column.as_str()));
    let loose: Vec<&Identifier> =
        wanted.columns.iter().filter(|own| context.is_loose(table, own)).map(|own| &own.name).collect();
    let part = |expression: String| {
        let by_hash = loose.iter().any(|name| sql_text::mentions(&expression, name.as_str()));
        KeyPart { expression, by_hash }
    };
    let constraints = wanted.uniques.iter().map(|unique| &unique.columns);
    let constraints = constraints.chain(wanted.primary_key.iter().map(|key| &key.columns));
    let uniques = constraints.map(|columns| columns.iter().map(|name| part(name.quoted())).collect());
    let indexes = wanted.indexes.iter().filter(|index| index.unique).map(|index| {
        let text = |target: &IndexKeyTarget| match target {
            IndexKeyTarget::Column(column) => column.quoted(),
            IndexKeyTarget::Expression(expression) => expression.canonical().to_owned(),
        };
        index.keys.iter().map(|key| part(text(&key.target))).collect()
    });
    uniques.chain(indexes).filter(|key: &Vec<KeyPart>| key.iter().any(mentions)).collect()
}

/// What is said of the lock that they take.
pub(super) fn hazard(sync: &Sync) -> Option<Hazard> {
    let SyncKind::TwoWay(TwoWay { old, new, upsert_keys, .. }) = &sync.kind else { return None };
    let first = old.first().filter(|_| !upsert_keys.is_empty())?;
    Some(Hazard::new(
        HazardKind::UpsertRace,
        format!(
            "{} and {} both have a unique index until the contract: concurrent INSERT … ON CONFLICT would fail on the other one, so each INSERT takes an advisory lock on its key (leave it out with --strategy {}=no-lock)",
            Form::names(old),
            Form::names(new),
            short_name(&sync.table, Some(&first.column))
        ),
    ))
}
