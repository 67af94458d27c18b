//! Another name for a constraint or an index: metadata, in the switch, since the old release may name it.

use schema_model::{Identifier, QualifiedName};

use super::new_form;
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};

pub(super) struct RenameConstraint<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) kind: &'a str,
    pub(super) from: &'a Identifier,
    pub(super) to: &'a Identifier,
}

impl Operation for RenameConstraint<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let (table, from, to) = (self.table.clone(), self.from.clone(), self.to.clone());
        let title = format!("rename {} {from} of {table} to {to}", self.kind);
        if self.kind == "index" {
            // No statement of an application names an index.
            let occupied = new_form::occupied(context, self.table, self.to);
            let deeds = vec![Deed::RenameIndex { table, from, to }];
            return Ok(vec![match occupied {
                None => Step::new(Phase::Expand, Order::Rename, title, deeds),
                Some(part) => Step::contract(part, Order::Rename, title, deeds),
            }]);
        }
        let text = format!("from the contract on, ON CONFLICT ON CONSTRAINT and error handlers must say {to}");
        let deeds = vec![Deed::RenameConstraint { table, from, to }];
        let step = Step::contract(Part::Switch, Order::Rename, title, deeds);
        Ok(vec![step.with_hazards([Hazard::new(HazardKind::Renamed, text)])])
    }
}
