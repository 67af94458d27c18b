//! A constraint found NOT VALID that is declared to hold for every row: validated in the contract.

use schema_model::{Identifier, QualifiedName};

use crate::change::TableConstraint;
use crate::phase::Part;
use crate::plan::Context;
use crate::plan::answer::Obstacle;
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};
use crate::postcondition::{ObjectState, Postcondition};

pub(super) struct ValidateConstraint<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) constraint: &'a TableConstraint,
}

impl Operation for ValidateConstraint<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let Some(name) = self.constraint.name() else {
            return Err(vec![Obstacle::Unhandled {
                object: self.table.to_string(),
                what: "a live constraint has no name".to_owned(),
            }]);
        };
        if context.facts.facts_of(self.table).is_some_and(|facts| facts.not_enforced.contains(name)) {
            return Err(vec![Obstacle::Unhandled {
                object: format!("{name} of {}", self.table),
                what: "it is NOT ENFORCED, and the server can't validate that: make it anew by a hand-written migration (cargo schema new), or declare it as `not_valid`".to_owned(),
            }]);
        }
        let gate = Deed::GateValid { table: self.table.clone(), constraint: self.constraint.clone() };
        let gate_title = format!("rows of {} that violate {name}", self.table);
        Ok(vec![
            Step::contract(Part::Tighten, Order::Gate, gate_title, vec![gate]),
            step(self.table, name, self.constraint),
        ])
    }
}

/// The step that validates, in the tighten part.
fn step(table: &QualifiedName, name: &Identifier, constraint: &TableConstraint) -> Step {
    let references = match constraint {
        TableConstraint::ForeignKey(key) => Some(key.references.clone()),
        _ => None,
    };
    let deeds = vec![Deed::ValidateConstraint { table: table.clone(), name: name.clone(), references }];
    Step::contract(Part::Tighten, Order::Validate, format!("validate constraint {name} of {table}"), deeds)
        .done_when(Postcondition::Object(ObjectState::ConstraintValid(table.clone(), name.clone())))
}
