//! A constraint or an index on a table that existed before.

use schema_model::{Identifier, IndexKeyTarget, QualifiedName, Table, sql_text};

use super::drop_constraint::is_exchanged;
use super::implied::implies;
use super::new_form::{self, Place};
use super::promoted_index;
use crate::change::TableConstraint;
use crate::diff::table::awaits_its_key;
use crate::phase::Part;
use crate::plan::Context;
use crate::plan::answer::{Choice, Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};

pub(super) struct AddConstraint<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) constraint: &'a TableConstraint,
}

impl Operation for AddConstraint<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        if let (TableConstraint::Index(_) | TableConstraint::Unique(_), Some(name)) =
            (self.constraint, self.constraint.name())
        {
            new_form::refuse_taken_name(context, self.table, &self.table.sibling(name.clone()))?;
        }
        if let TableConstraint::Unique(unique) = self.constraint
            && let Some(index) = promoted_index::for_unique(context, self.table, unique)
        {
            return Ok(promoted_index::promote(context, self.table, unique, index).into_iter().collect());
        }
        let place = self.place(context);
        let mut steps = Vec::new();
        if place == Place::Expand && self.forbids(context) {
            steps.extend(new_form::constraint(context, self.table, self.constraint, place));
            return Ok(steps.into_iter().map(|step| step.with_hazards([self.at_once()])).collect());
        }
        if place == Place::Tighten {
            self.refuse_what_a_default_breaks(context)?;
        }
        if place == Place::Tighten && !self.constraint.is_not_valid() {
            let gate = Deed::GateValid { table: self.table.clone(), constraint: self.constraint.clone() };
            let name = self.constraint.name().map_or_else(String::new, |name| format!(" {name}"));
            let title = format!("rows of {} that violate the {}{name}", self.table, self.constraint.kind());
            steps.push(Step::contract(Part::Tighten, Order::Gate, title, vec![gate]));
        }
        steps.extend(new_form::constraint(context, self.table, self.constraint, place));
        Ok(steps)
    }

    fn alternatives(&self, context: &Context<'_>) -> Vec<Choice> {
        let name = self.constraint.name().filter(|_| is_exchanged(context, self.table, self.constraint));
        let meaning = "the new form holds from expand on, in the place of the old one: what the old release writes against it is refused, and what it counts on of the old one is gone";
        let choice = |name: &Identifier| {
            let flag = format!("--strategy {}=expand", short_name(self.table, Some(name)));
            Choice { flag, meaning: meaning.to_owned() }
        };
        name.filter(|_| self.place(context) == Place::Tighten).map(choice).into_iter().collect()
    }
}

impl AddConstraint<'_> {
    pub(super) fn place(&self, context: &Context<'_>) -> Place {
        let name = self.constraint.name();
        let at_once =
            name.is_some_and(|name| context.answers.strategy(&short_name(self.table, Some(name))) == Some("expand"));
        if self.awaits_an_old_column(context) {
            Place::Tighten
        } else if self.concerns_new_columns(context) {
            Place::EndOfBackfill
        } else if self.forbids(context) && !at_once {
            Place::Tighten
        } else {
            Place::Expand
        }
    }

    /// Whether it refuses rows that were fine before.
    fn forbids(&self, context: &Context<'_>) -> bool {
        match self.constraint {
            TableConstraint::Index(index) => index.unique,
            TableConstraint::Unique(_) | TableConstraint::ForeignKey(_) => true,
            TableConstraint::Check(check) => {
                let held = context.old_table(self.table).into_iter().flat_map(|old| &old.checks);
                let mut held = held.filter(|held| !held.not_valid && held.no_inherit == check.no_inherit);
                !held.any(|held| implies(held.expression.canonical(), check.expression.canonical()))
            }
        }
    }

    /// A default that goes is there until the switch, behind the foreign key, and gives rows what nothing is referenced by.
    fn refuse_what_a_default_breaks(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        let TableConstraint::ForeignKey(key) = self.constraint else { return Ok(()) };
        let has_default = |table: Option<&Table>, name: &Identifier| {
            table.and_then(|table| table.column(name)).is_some_and(|column| column.default.is_some())
        };
        let loses_it = |name: &&Identifier| {
            has_default(context.old_table(self.table), name) && !has_default(context.new_table(self.table), name)
        };
        let Some(column) = key.columns.iter().find(loses_it) else { return Ok(()) };
        let name = key.name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
        Err(vec![Obstacle::Unhandled {
            object: format!("{}.{column}", self.table),
            what: format!(
                "it loses its default and gets the foreign key{name} at once, and until the switch the default would still give new rows what the key refuses: drop the default in a migration before"
            ),
        }])
    }

    fn at_once(&self) -> Hazard {
        let name = self.constraint.name().map_or_else(String::new, |name| format!(" {name}"));
        let text = format!(
            "as you chose, the {}{name} of {} holds from expand on: what the old release writes against it is refused",
            self.constraint.kind(),
            self.table
        );
        Hazard::new(HazardKind::ValueRange, text)
    }

    /// Whether it references columns of before, which become a key in the contract.
    fn awaits_an_old_column(&self, context: &Context<'_>) -> bool {
        let TableConstraint::ForeignKey(key) = self.constraint else { return false };
        awaits_its_key(key, context.from)
            && !key.referenced_columns.iter().any(|column| context.is_new_column(&key.references, column))
    }

    fn concerns_new_columns(&self, context: &Context<'_>) -> bool {
        let Some(table) = context.new_table(self.table) else { return false };
        let new = table.columns.iter().filter(|column| context.is_new_column(self.table, &column.name));
        let new: Vec<_> = new.map(|column| &column.name).collect();
        let mentions = |text: &str| new.iter().any(|column| sql_text::mentions(text, column.as_str()));
        match self.constraint {
            TableConstraint::Unique(unique) => unique.columns.iter().any(|column| new.contains(&column)),
            TableConstraint::ForeignKey(key) => {
                key.columns.iter().any(|column| new.contains(&column))
                    || key.referenced_columns.iter().any(|column| context.is_new_column(&key.references, column))
            }
            TableConstraint::Check(check) => mentions(check.expression.canonical()),
            TableConstraint::Index(index) => {
                index.include.iter().any(|column| new.contains(&column))
                    || index.predicate.as_ref().is_some_and(|predicate| mentions(predicate.canonical()))
                    || index.keys.iter().any(|key| match &key.target {
                        IndexKeyTarget::Column(column) => new.contains(&column),
                        IndexKeyTarget::Expression(expression) => mentions(expression.canonical()),
                    })
            }
        }
    }
}
