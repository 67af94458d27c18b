//! A unique index that becomes the key that is declared in its place: the server takes it as it is, nothing is built, and
//! the foreign keys that hang on it stay.

use schema_model::{Deferrable, Identifier, Index, ObjectKind, PrimaryKey, QualifiedName, SqlObject, Unique};

use super::new_form::behind_key;
use crate::change::{Change, ConstraintChange, TableConstraint};
use crate::diff::constraint::{comment_key, same};
use crate::phase::Part;
use crate::plan::Context;
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::step::{Deed, Order, Step};

/// The index that becomes the primary key.
pub(super) fn for_primary_key<'a>(context: &Context<'a>, table: &QualifiedName, key: &PrimaryKey) -> Option<&'a Index> {
    let is_new = |column| context.is_new_column(table, column);
    let can_be = key.deferrable == Deferrable::NotDeferrable && !key.columns.iter().any(is_new);
    let is_it = |index: &&Index| is_behind(index, &key.columns, &key.include, false);
    going(context, table).filter(|_| can_be).find(is_it)
}

/// The index that becomes a unique constraint.
pub(super) fn for_unique<'a>(context: &Context<'a>, table: &QualifiedName, unique: &Unique) -> Option<&'a Index> {
    let can_be = unique.deferrable == Deferrable::NotDeferrable;
    let is_it = |index: &&Index| is_behind(index, &unique.columns, &unique.include, unique.nulls_not_distinct);
    going(context, table).filter(|_| can_be).find(is_it)
}

fn is_behind(index: &Index, columns: &[Identifier], include: &[Identifier], nulls_not_distinct: bool) -> bool {
    let Some(name) = &index.name else { return false };
    let wanted = behind_key(name, columns, include, nulls_not_distinct);
    same(&TableConstraint::Index(wanted), &TableConstraint::Index(index.clone()))
}

/// Whether the index becomes a key of the table.
pub(super) fn is_promoted(context: &Context<'_>, table: &QualifiedName, index: &Index) -> bool {
    context.changes.iter().any(|change| {
        let taken = match change {
            Change::SetPrimaryKey { table: own, to: Some(key), .. } if own == table => {
                for_primary_key(context, table, key)
            }
            Change::Constraint { table: own, change: ConstraintChange::Add(TableConstraint::Unique(unique)) }
                if own == table =>
            {
                for_unique(context, table, unique)
            }
            _ => None,
        };
        taken == Some(index)
    })
}

/// The unique constraint, made of the index in the switch: until then the index forbids the same.
pub(super) fn promote(context: &Context<'_>, table: &QualifiedName, unique: &Unique, index: &Index) -> Option<Step> {
    let (old, new) = (index.name.clone()?, unique.name.clone()?);
    let title = format!("make index {old} the unique constraint {new} of {table}");
    let text = format!("from the contract on, error handlers must say {new} where they say {old}");
    let renamed = (old != new).then(|| Hazard::new(HazardKind::Renamed, text));
    let comment = comment_that_goes(context, table, index, &new);
    let deed = Deed::UniqueUsingIndex { table: table.clone(), unique: unique.clone(), index: old };
    let deeds = comment.into_iter().chain([deed]).collect();
    Some(Step::contract(Part::Switch, Order::Unique, title, deeds).with_hazards(renamed))
}

/// The comment on an index that gets the key's name: what is said of that is another one.
pub(super) fn comment_that_goes(
    context: &Context<'_>,
    table: &QualifiedName,
    index: &Index,
    name: &Identifier,
) -> Option<Deed> {
    let old = index.name.as_ref().filter(|old| *old != name)?;
    let comment = context.from.objects.get(&comment_key(table, old, true))?;
    Some(Deed::DropObject(Box::new(comment.clone())))
}

/// The indexes of a table that are no longer declared. Those of partitions aren't the table's alone.
fn going<'a>(context: &Context<'a>, table: &QualifiedName) -> impl Iterator<Item = &'a Index> {
    let is_plain = context.old_table(table).is_some_and(|old| old.partitioning.is_none())
        && !context.from.partitions().contains(table);
    let dropped = context.changes.iter().filter_map(move |change| match change {
        Change::Constraint { table: own, change: ConstraintChange::Drop(TableConstraint::Index(index)) }
            if own == table =>
        {
            Some(index)
        }
        _ => None,
    });
    dropped.filter(move |index| is_plain && !is_named_elsewhere(context, table, index))
}

/// Whether a comment that nobody declares or the replica identity names the index: they would have to follow it to the
/// key's name.
fn is_named_elsewhere(context: &Context<'_>, table: &QualifiedName, index: &Index) -> bool {
    let key = index.name.as_ref().map(|name| comment_key(table, name, true));
    let live = &context.facts.catalog.objects;
    let identifies =
        |object: &SqlObject| object.kind == ObjectKind::ReplicaIdentity && object.table.as_ref() == Some(table);
    key.is_some_and(|key| live.contains_key(&key) && !context.from.objects.contains_key(&key))
        || live.values().chain(context.to.objects.values()).any(identifies)
}
