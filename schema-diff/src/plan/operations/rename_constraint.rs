//! Another name for a constraint or an index: metadata, in the switch, since the old release may name it.

use std::collections::BTreeMap;

use schema_model::{Identifier, QualifiedName};

use super::new_form;
use crate::change::{Change, ConstraintChange};
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::name::fitted;
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
            return Ok(self.over_a_name_aside().into());
        }
        let (table, from, to) = (self.table.clone(), self.from.clone(), self.to.clone());
        let title = format!("rename {} {from} of {table} to {to}", self.kind);
        if self.kind == INDEX {
            // No statement of an application names an index.
            let occupied = new_form::occupied(context, self.table, self.to);
            let deeds = vec![Deed::RenameIndex { table, from, to }];
            return Ok(vec![match occupied {
                None => Step::new(Phase::Expand, Order::Rename, title, deeds),
                Some(part) => Step::contract(part, Order::Rename, title, deeds),
            }]);
        }
        let deeds = vec![Deed::RenameConstraint { table, from, to }];
        let step = Step::contract(Part::Switch, Order::Rename, title, deeds);
        Ok(vec![step.with_hazards([self.renamed()])])
    }
}

impl RenameConstraint<'_> {
    fn renamed(&self) -> Hazard {
        let text = format!("from the contract on, ON CONFLICT ON CONSTRAINT and error handlers must say {}", self.to);
        Hazard::new(HazardKind::Renamed, text)
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
    fn over_a_name_aside(&self) -> [Step; 2] {
        let aside = fitted(&[self.from.as_str()], "aside");
        let rename = |order: Order, from: &Identifier, to: &Identifier| {
            let (table, from, to) = (self.table.clone(), from.clone(), to.clone());
            let title = format!("rename {} {from} of {table} to {to}", self.kind);
            match self.kind {
                INDEX => Step::new(Phase::Expand, order, title, vec![Deed::RenameIndex { table, from, to }]),
                _ => {
                    let deeds = vec![Deed::RenameConstraint { table, from, to }];
                    Step::contract(Part::Switch, order, title, deeds).with_hazards([self.renamed()])
                }
            }
        };
        [rename(Order::Drop, self.from, &aside), rename(Order::Rename, &aside, self.to)]
    }
}
