//! Another name for a constraint or an index: metadata, in the switch, since the old release may name it.

use std::collections::BTreeMap;

use schema_model::{Identifier, QualifiedName};

use super::{aside, new_form};
use crate::change::{Change, ConstraintChange};
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};

/// The word for an index among the kinds of constraints.
const INDEX: &str = "index";

pub(super) struct RenameConstraint<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) kind: &'a str,
    pub(super) from: &'a Identifier,
    pub(super) to: &'a Identifier,
}

impl Operation for RenameConstraint<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        if self.is_exchanged(context) {
            return Ok(self.over_a_name_aside(context).into());
        }
        let part = match self.kind {
            // No statement of an application names an index.
            INDEX => new_form::occupied(context, self.table, self.to),
            _ => Some(Part::Switch),
        };
        Ok(vec![self.rename(part, Order::Rename, self.from, self.to)])
    }
}

impl RenameConstraint<'_> {
    /// In a part of the contract, or in expand.
    fn rename(&self, part: Option<Part>, order: Order, from: &Identifier, to: &Identifier) -> Step {
        let title = format!("rename {} {from} of {} to {to}", self.kind, self.table);
        let (table, from, to) = (self.table.clone(), from.clone(), to.clone());
        let text = format!("from the contract on, ON CONFLICT ON CONSTRAINT and error handlers must say {}", self.to);
        let (deed, hazard) = match self.kind {
            INDEX => (Deed::RenameIndex { table, from, to }, None),
            _ => (Deed::RenameConstraint { table, from, to }, Some(Hazard::new(HazardKind::Renamed, text))),
        };
        let step = match part {
            None => Step::new(Phase::Expand, order, title, vec![deed]),
            Some(part) => Step::contract(part, order, title, vec![deed]),
        };
        step.with_hazards(hazard)
    }

    /// Whether the name that it takes comes free in a circle of renamings that ends at its own. Partitions have names of
    /// their own, which follow the table's.
    fn is_exchanged(&self, context: &Context<'_>) -> bool {
        let is_parted = context.old_table(self.table).is_none_or(|old| old.partitioning.is_some());
        let renames = context.changes.iter().filter_map(|change| match change {
            Change::Constraint { table, change: ConstraintChange::Rename { kind, from, to } }
                if table == self.table && (*kind == INDEX) == (self.kind == INDEX) =>
            {
                Some((from, to))
            }
            _ => None,
        });
        let renames: BTreeMap<&Identifier, &Identifier> = renames.collect();
        let circle = std::iter::successors(Some(self.to), |name| renames.get(*name).copied());
        !is_parted && circle.take(renames.len()).any(|name| name == self.from)
    }

    /// All of them let their names go before any takes its new one.
    fn over_a_name_aside(&self, context: &Context<'_>) -> [Step; 2] {
        let aside = aside::constraint(context, self.table, self.from);
        let part = (self.kind != INDEX).then_some(Part::Switch);
        let rename = |order: Order, from: &Identifier, to: &Identifier| self.rename(part, order, from, to);
        [rename(Order::Drop, self.from, &aside), rename(Order::Rename, &aside, self.to)]
    }
}
