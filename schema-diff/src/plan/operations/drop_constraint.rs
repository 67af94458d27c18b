//! A constraint or an index that is no longer declared. What loosens goes in expand; what the old release's upserts
//! need goes with the old form; an index goes last, concurrently.

use std::sync::Arc;

use schema_model::{Catalog, Check, ForeignKey, Identifier, QualifiedName, Table, sql_text};

use super::add_constraint::AddConstraint;
use super::implied::implies;
use super::new_form::{self, Place};
use super::primary_key::{referencing, same_columns};
use super::promoted_index;
use crate::change::{Change, ConstraintChange, TableConstraint};
use crate::diff::constraint::{all, comment_key, key_columns, serves};
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};
use crate::postcondition::{ObjectState, Postcondition};

pub(super) struct DropConstraint<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) constraint: &'a TableConstraint,
}

impl Operation for DropConstraint<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let Some(name) = self.constraint.name() else {
            return Err(vec![Obstacle::Unhandled {
                object: self.table.to_string(),
                what: "a live constraint has no name".to_owned(),
            }]);
        };
        if let TableConstraint::Index(index) = self.constraint
            && promoted_index::is_promoted(context, self.table, index)
        {
            return Ok(Vec::new());
        }
        self.refuse_references(context, name)?;
        let title = format!("drop {} {name} of {}", self.constraint.kind(), self.table);
        let gone = Postcondition::Object(ObjectState::ConstraintGone(self.table.clone(), name.clone()));
        let drop = |references| Deed::DropConstraint { table: self.table.clone(), name: name.clone(), references };
        let successors = self.successors(context);
        let mut step = match self.constraint {
            TableConstraint::Check(_) | TableConstraint::ForeignKey(_) if !successors.is_empty() => {
                let references = match self.constraint {
                    TableConstraint::ForeignKey(key) => Some(key.references.clone()),
                    _ => None,
                };
                // Until its successors are there it guards on: nothing may slip in between.
                return Ok(vec![if self.goes_in_expand(context) {
                    self.exchange(context, name, title, drop(references), &successors)
                } else {
                    let step = Step::contract(Part::Switch, Order::Loosen, title, vec![drop(references)]);
                    step.with_hazards(self.stays(name, &successors))
                }]);
            }
            TableConstraint::Check(_) => {
                Step::new(Phase::Expand, Order::Loosen, title, vec![drop(None)]).done_when(gone)
            }
            TableConstraint::ForeignKey(key) => {
                let deeds = vec![drop(Some(key.references.clone()))];
                let target = context.new_table(&key.references);
                let target_stays = key.referenced_columns.iter().all(|c| target.is_some_and(|t| t.column(c).is_some()));
                if target_stays || target.is_none() {
                    Step::new(Phase::Expand, Order::Loosen, title, deeds).done_when(gone)
                } else {
                    // The referenced column has a successor: until the switch the old key guards both.
                    Step::contract(Part::Switch, Order::Loosen, title, deeds)
                }
            }
            TableConstraint::Unique(_)
                if context.answers.strategy(&short_name(self.table, Some(name))) == Some("expand") =>
            {
                let text = format!(
                    "as you chose, {name} of {} goes in expand: the old release's ON CONFLICT on it fails from then on",
                    self.table
                );
                Step::new(Phase::Expand, Order::Loosen, title, vec![drop(None)])
                    .done_when(gone)
                    .with_hazards([Hazard::new(HazardKind::Uniqueness, text)])
            }
            TableConstraint::Unique(_) => {
                let deeds = vec![drop(None)];
                Step::contract(Part::Switch, Order::Drop, title, deeds).with_hazards([uniqueness(self.table, name)])
            }
            TableConstraint::Index(index) => {
                let deeds = vec![Deed::DropIndex { table: self.table.clone(), index: name.clone() }];
                let hazards = index.unique.then(|| uniqueness(self.table, name));
                Step::contract(Part::Clean, Order::Drop, title, deeds)
                    .outside_transaction()
                    .done_when(Postcondition::Object(ObjectState::IndexGone(self.table.sibling(name.clone()))))
                    .with_hazards(hazards)
            }
        };
        // It would fall with it, and not come back with it.
        let comment = context.facts.catalog.objects.get(&comment_key(self.table, name, false));
        if let Some(comment) = comment.filter(|_| step.phase == Phase::Expand) {
            step.deeds.insert(0, Deed::DropObject(Box::new(comment.clone())));
        }
        Ok(vec![step])
    }
}

/// The foreign keys on other tables that go when a table does, since their table or a column of theirs goes too. Those of
/// partitions go with the table whose they are.
pub(crate) fn falling_with<'a>(
    table: &'a QualifiedName,
    [from, to]: [&'a Catalog; 2],
) -> impl Iterator<Item = (&'a Table, &'a ForeignKey)> {
    let partitions = from.partitions();
    let others = from.tables.values().map(Arc::as_ref);
    let others = others.filter(move |other| other.name != *table && !partitions.contains(&other.name));
    others.flat_map(move |other| {
        let new = to.table(&other.name);
        let goes = move |column: &Identifier| new.is_none_or(|new| new.column(column).is_none());
        let keys =
            other.foreign_keys.iter().filter(move |key| key.references == *table && key.columns.iter().any(goes));
        keys.map(move |key| (other, key))
    })
}

/// A foreign key goes before what it hangs on does.
pub(super) fn before_it_falls(part: Part, table: QualifiedName, key: &ForeignKey) -> Option<Step> {
    let name = key.name.clone()?;
    let title = format!("drop foreign key {name} of {table}");
    let deed = Deed::DropConstraint { table, name, references: Some(key.references.clone()) };
    Some(Step::contract(part, Order::Loosen, title, vec![deed]))
}

impl DropConstraint<'_> {
    /// A foreign key hangs on the index that it was made over, and on no other one over the same columns.
    fn refuse_references(&self, context: &Context<'_>, name: &Identifier) -> Result<(), Vec<Obstacle>> {
        let Some(old) = context.old_table(self.table) else { return Ok(()) };
        let Some(columns) = key_columns(self.constraint) else { return Ok(()) };
        let is_primary = old.primary_key.iter().any(|key| same_columns(&key.columns, &columns));
        let keys = all(old).into_iter().filter_map(|one| key_columns(&one));
        if is_primary || keys.filter(|other| same_columns(other, &columns)).count() > 1 {
            return Ok(());
        }
        let named = |(table, key): (&Table, &ForeignKey)| {
            let name = key.name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
            format!("foreign key{name} of {}", table.name)
        };
        let hanging: Vec<String> = referencing(context.to, self.table, &columns).map(named).collect();
        if hanging.is_empty() {
            return Ok(());
        }
        Err(vec![Obstacle::Unhandled {
            object: format!("{} {name} of {}", self.constraint.kind(), self.table),
            what: format!(
                "it can't go while {} hangs on it, and hanging that on another one is not handled yet; write it by hand (cargo schema new)",
                hanging.join(", ")
            ),
        }])
    }

    /// The constraints of the kind on the same columns that come in its place.
    pub(super) fn successors(&self, context: &Context<'_>) -> Vec<TableConstraint> {
        let (Some(old), Some(new)) = (context.old_table(self.table), context.new_table(self.table)) else {
            return Vec::new();
        };
        let found = all(old);
        let uses = |check: &Check| -> Vec<&Identifier> {
            let names = old.columns.iter().map(|column| &column.name);
            names.filter(|name| sql_text::mentions(check.expression.canonical(), name.as_str())).collect()
        };
        let succeeds = |added: &TableConstraint| match (self.constraint, added) {
            (TableConstraint::ForeignKey(key), TableConstraint::ForeignKey(added)) => added.columns == key.columns,
            (TableConstraint::Check(check), TableConstraint::Check(added)) => {
                let own = uses(check);
                uses(added).iter().any(|column| own.contains(column))
            }
            _ => false,
        };
        let added = all(new).into_iter().filter(|added| !found.iter().any(|found| serves(found, added)));
        added.filter(succeeds).collect()
    }

    /// Whether it goes in expand since all that comes in its place is there by then.
    pub(super) fn goes_in_expand(&self, context: &Context<'_>) -> bool {
        let place = |constraint: &TableConstraint| AddConstraint { table: self.table, constraint }.place(context);
        let successors = self.successors(context);
        !successors.is_empty() && successors.iter().all(|one| place(one) == Place::Expand)
    }

    /// It goes in the moment in which one of its name takes that.
    fn exchange(
        &self,
        context: &Context<'_>,
        name: &Identifier,
        title: String,
        drop: Deed,
        successors: &[TableConstraint],
    ) -> Step {
        let Some(successor) = successors.iter().find(|one| one.name() == Some(name)) else {
            let gone = Postcondition::Object(ObjectState::ConstraintGone(self.table.clone(), name.clone()));
            return Step::new(Phase::Expand, Order::Drop, title, vec![drop]).done_when(gone);
        };
        let aside = new_form::name_beside(name);
        let taken = Postcondition::Object(ObjectState::ConstraintGone(self.table.clone(), aside));
        let rename = new_form::take_name(context, self.table, successor, name);
        let deeds = std::iter::once(drop).chain(rename).collect();
        Step::new(
            Phase::Expand,
            Order::Drop,
            format!("exchange {} {name} of {}", self.constraint.kind(), self.table),
            deeds,
        )
        .done_when(taken)
    }

    /// What the new release can't count on before the contract.
    fn stays(&self, name: &Identifier, successors: &[TableConstraint]) -> Option<Hazard> {
        let refuses_more = |new: &TableConstraint| match (self.constraint, new) {
            (TableConstraint::Check(old), TableConstraint::Check(new)) => {
                implies(new.expression.canonical(), old.expression.canonical())
            }
            _ => false,
        };
        let what = match self.constraint {
            TableConstraint::ForeignKey(_) => {
                "acts as before until the contract: what the new one allows or does isn't so yet when the new release comes"
            }
            _ if successors.iter().any(refuses_more) => return None,
            _ => "stays until the contract: the new release must write nothing against it before",
        };
        Some(Hazard::new(HazardKind::ValueRange, format!("{} {name} of {} {what}", self.constraint.kind(), self.table)))
    }
}

/// Whether a constraint comes in the place of another one.
pub(super) fn is_exchanged(context: &Context<'_>, table: &QualifiedName, added: &TableConstraint) -> bool {
    context.changes.iter().any(|change| match change {
        Change::Constraint { table: own, change: ConstraintChange::Drop(constraint) } => {
            own == table && DropConstraint { table, constraint }.successors(context).contains(added)
        }
        _ => false,
    })
}

fn uniqueness(table: &QualifiedName, name: &Identifier) -> Hazard {
    let text = format!(
        "{name} of {table} stays until the contract, since the old release's ON CONFLICT may need it: the new release must write no duplicates before"
    );
    Hazard::new(HazardKind::Uniqueness, text)
}
