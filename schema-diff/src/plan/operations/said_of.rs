//! What is said of something that has no object of its own (a constraint, an index, the sequence of a column): comments, and
//! the index by which a replica knows the rows. It comes when that is there, and goes with it.

use schema_model::{Identifier, ObjectKind, SqlObject, Table};

use super::add_constraint::AddConstraint;
use super::new_form::Place;
use super::numbering;
use super::promoted_index;
use crate::change::{Change, ConstraintChange, TableConstraint};
use crate::diff::constraint;
use crate::plan::Context;
use crate::plan::object_order::own_sequence;

/// Whether it is about the sequence of a column, which has another name until the switch.
pub(super) fn awaits_a_late_name(object: &SqlObject, context: &Context<'_>) -> bool {
    let Some((table, column)) = own_sequence(object, context.to) else { return false };
    let old = context.old_table(&table.name).and_then(|old| old.column(&column.name));
    let identities = old.and_then(|old| old.identity.as_ref()).zip(column.identity.as_ref());
    identities.is_some_and(|(old, new)| numbering::under_the_old_name(Some(old), Some(new)).is_some())
}

/// Where what is said of a new constraint or index of an existing table is made: when that is there.
pub(super) fn place(object: &SqlObject, context: &Context<'_>) -> Option<Place> {
    let table = object.table.as_ref()?;
    let (old, new) = (context.old_table(table)?, context.new_table(table)?);
    let (own, of_index) = match object.kind {
        ObjectKind::Comment => said_of(object)?,
        ObjectKind::ReplicaIdentity => (identifying_index(object)?, true),
        _ => return None,
    };
    let is_it = |one: &TableConstraint| has_kind(one, of_index) && one.name().is_some_and(|name| name.as_str() == own);
    let is_key =
        |table: &Table| table.primary_key.iter().any(|key| key.name.as_ref().is_some_and(|n| n.as_str() == own));
    if is_key(new) {
        let is_another = |change: &&Change| matches!(change, Change::SetPrimaryKey { .. });
        let is_new = context.changes.iter().filter(is_another).any(|change| change.table() == Some(table));
        return is_new.then_some(Place::Tighten);
    }
    if constraint::all(old).iter().any(is_it) {
        return None;
    }
    let all = constraint::all(new);
    let constraint = all.iter().find(|one| is_it(one))?;
    if let TableConstraint::Unique(unique) = constraint
        && promoted_index::for_unique(context, table, unique).is_some()
    {
        return Some(Place::Tighten);
    }
    Some(AddConstraint { table, constraint }.place(context))
}

/// Whether it is an index, or else a constraint; a key is both.
fn has_kind(constraint: &TableConstraint, of_index: bool) -> bool {
    match constraint {
        TableConstraint::Index(_) => of_index,
        TableConstraint::Unique(_) => true,
        TableConstraint::Check(_) | TableConstraint::ForeignKey(_) => !of_index,
    }
}

/// The name of the constraint or the index that a comment is about, and whether it is that of an index.
fn said_of(comment: &SqlObject) -> Option<(String, bool)> {
    let index = comment.name.strip_prefix("index ");
    let constraint = || Some(comment.name.strip_prefix("table constraint ")?.rsplit_once(" on ")?.0);
    let own = schema_model::split_dotted(index.or_else(constraint)?).pop()?;
    Some((own, index.is_some()))
}

/// The index by which a replica knows the rows.
fn identifying_index(identity: &SqlObject) -> Option<String> {
    let (_, index) = identity.create.first()?.split_once(" USING INDEX ")?;
    schema_model::split_dotted(index).pop()
}

/// Whether a comment is about a constraint or an index that goes: it goes along, or before it.
pub(super) fn falls_with_a_constraint(comment: &SqlObject, context: &Context<'_>) -> bool {
    let Some((own, of_index)) = said_of(comment).filter(|_| comment.kind == ObjectKind::Comment) else { return false };
    let is_own = |name: Option<&Identifier>| name.is_some_and(|name| name.as_str() == own);
    context.changes.iter().filter(|change| change.table() == comment.table.as_ref()).any(|change| match change {
        Change::Constraint { change: ConstraintChange::Drop(gone), .. } => {
            has_kind(gone, of_index) && is_own(gone.name())
        }
        Change::SetPrimaryKey { from: Some(key), .. } => is_own(key.name.as_ref()),
        _ => false,
    })
}
