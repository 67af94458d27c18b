//! Identity, serial, or neither: what both releases can live with comes in expand, what forbids in the contract.

use schema_model::{Catalog, Column, Identity, IdentityKind, QualifiedName};

use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::Obstacle;
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Renumbering, Step};

pub(super) struct SetNumbering<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) from: &'a Column,
    pub(super) to: &'a Column,
}

impl Operation for SetNumbering<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        self.refuse_what_is_not_handled()?;
        let (from, to) = (self.numbering(self.from, context), self.numbering(self.to, context));
        let is = |numbering: &Option<Identity>, kind| numbering.as_ref().is_some_and(|one| one.kind == kind);
        if let Some(step) = self.by_a_sequence_that_stays(from.as_ref(), to.as_ref(), context) {
            return Ok(vec![step]);
        }
        if to.is_none() {
            // The old release leaves the column out until it is gone.
            let step = Step::contract(Part::Switch, Order::Attribute, self.title(), vec![self.deed(from, to)]);
            return Ok(vec![step]);
        }
        if is(&to, IdentityKind::Always) && !is(&from, IdentityKind::Always) {
            // The old release may still give values of its own.
            let between = to.clone().map(|identity| Identity { kind: IdentityKind::ByDefault, ..identity });
            let mut steps = Vec::new();
            if from != between {
                let deed = self.deed(from, between.clone());
                let step = Step::new(Phase::Expand, Order::Attribute, self.title(), vec![deed]);
                steps.push(step.with_hazards(self.own_numbers()));
            }
            let title = format!("let only the server number {}.{}", self.table, self.to.name);
            steps.push(Step::contract(Part::Switch, Order::Attribute, title, vec![self.deed(between, to)]));
            return Ok(steps);
        }
        let step = |to| {
            let step = Step::new(Phase::Expand, Order::Attribute, self.title(), vec![self.deed(from.clone(), to)]);
            step.with_hazards(self.own_numbers())
        };
        let Some(between) = under_the_old_name(from.as_ref(), to.as_ref()) else { return Ok(vec![step(to)]) };
        let mut steps = Vec::new();
        if from.as_ref() != Some(&between) {
            steps.push(step(Some(between.clone())));
        }
        let title = format!("rename the sequence of {}.{}", self.table, self.to.name);
        steps.push(Step::contract(Part::Switch, Order::Attribute, title, vec![self.deed(Some(between), to)]));
        Ok(steps)
    }
}

/// The wanted numbering by a sequence that only gets another name: the old release may call it by the one that it has.
pub(super) fn under_the_old_name(from: Option<&Identity>, to: Option<&Identity>) -> Option<Identity> {
    let (from, to) = (from?, to?);
    let is_renamed = from.kind == to.kind && from.sequence.is_some() && from.sequence != to.sequence;
    is_renamed.then(|| Identity { sequence: from.sequence.clone(), ..to.clone() })
}

impl SetNumbering<'_> {
    /// A sequence that stands on its own on one of the sides is neither made nor dropped.
    fn by_a_sequence_that_stays(
        &self,
        from: Option<&Identity>,
        to: Option<&Identity>,
        context: &Context<'_>,
    ) -> Option<Step> {
        let serial = |one: &&Identity| one.kind == IdentityKind::Serial;
        let alone = |catalog: &Catalog, one: &Identity| {
            catalog.objects.get(&format!("sequence {}", one.sequence.as_ref()?)).cloned()
        };
        match (from.filter(serial), to.filter(serial)) {
            (Some(before), None) if to.is_none() => {
                let object = alone(context.to, before)?;
                let deed = ColumnDeed::ReleaseSequence {
                    sequence: before.sequence.clone()?,
                    owned: object.table.as_ref() == Some(self.table),
                    default: self.to.default.is_some(),
                };
                Some(Step::contract(Part::Switch, Order::Attribute, self.title(), vec![self.column(deed)]))
            }
            (None, Some(after)) if from.is_none() => {
                alone(context.from, after)?;
                let deed = ColumnDeed::TakeSequence(after.sequence.clone()?);
                Some(Step::new(Phase::Expand, Order::Attribute, self.title(), vec![self.column(deed)]))
            }
            _ => None,
        }
    }

    fn column(&self, deed: ColumnDeed) -> Deed {
        Deed::Column { table: self.table.clone(), column: self.to.name.clone(), deed }
    }

    /// Whether the old release gives the numbers.
    fn numbers_itself(&self) -> bool {
        self.from.identity.is_none()
    }

    fn own_numbers(&self) -> Option<Hazard> {
        let text = format!(
            "the sequence of {}.{} goes on after the largest number there is, and knows nothing of those that the old release gives itself until it is gone: the new release gets a duplicate key for each of them, so let the old one take its numbers from nextval first, or the new one give them itself until then",
            self.table, self.to.name
        );
        self.numbers_itself().then(|| Hazard::new(HazardKind::OwnNumbers, text))
    }

    fn title(&self) -> String {
        format!("change how {}.{} is numbered", self.table, self.to.name)
    }

    fn deed(&self, from: Option<Identity>, to: Option<Identity>) -> Deed {
        let catch_up = self.numbers_itself() && from.is_some();
        self.column(ColumnDeed::Renumber(Box::new(Renumbering {
            from,
            to,
            catch_up,
            sql_type: self.to.sql_type.clone(),
        })))
    }

    /// With its sequence: where that is open, the live one, or the name that the server would give.
    fn numbering(&self, column: &Column, context: &Context<'_>) -> Option<Identity> {
        let mut identity = column.identity.clone()?;
        if identity.sequence.is_none() {
            let live = self.from.identity.as_ref().and_then(|live| live.sequence.clone());
            identity.sequence = live.or_else(|| Some(context.sequence_name(self.table, &column.name)));
        }
        Some(identity)
    }

    fn refuse_what_is_not_handled(&self) -> Result<(), Vec<Obstacle>> {
        let counts = |default: &schema_model::Expression| default.canonical().starts_with("nextval(");
        let has_own_default = self.from.default.as_ref().is_some_and(|default| !counts(default));
        let what = if self.from.identity.is_none() && has_own_default {
            "it has a default of its own in the database and is numbered by the server here: drop the default in a migration before"
        } else if self.from.sql_type != self.to.sql_type && self.from.identity.is_some() && self.to.identity.is_some() {
            return Ok(());
        } else if self.from.nullable && self.to.identity.as_ref().is_some_and(|one| one.kind != IdentityKind::Serial) {
            "it takes NULL in the database and is an identity column here: set NOT NULL in a migration before"
        } else {
            return Ok(());
        };
        Err(vec![Obstacle::Unhandled { object: format!("{}.{}", self.table, self.to.name), what: what.to_owned() }])
    }
}
