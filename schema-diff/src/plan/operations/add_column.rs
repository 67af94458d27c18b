//! A new column on a table that existed before.

use schema_model::{Column, Identity, IdentityKind, QualifiedName};

use super::conversion::is_stable;
use super::new_form;
use super::sync_names::sync_names;
use super::written_anew;
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{ColumnDeed, Deed, Order, Renumbering, Step};
use crate::plan::sync::{Sync, SyncKind};
use crate::postcondition::{ObjectState, Postcondition};

pub(super) struct AddColumn<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) column: &'a Column,
}

impl Operation for AddColumn<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let Column { default, nullable, hints, identity, generated, .. } = self.column;
        if generated.is_some() {
            return Ok(vec![self.add(context, false, Vec::new())?]);
        }
        if let Some(identity) = identity {
            return self.numbered(context, identity);
        }
        if let Some(value) = &hints.backfill {
            context.check_expression(self.table, self.column, &[], value)?;
        }
        let stable = default.as_ref().is_none_or(|default| is_stable(default.canonical()));
        match (&hints.backfill, default) {
            (None, None) if !nullable => Err(vec![self.needs_a_value()]),
            (None, _) if stable => Ok(vec![self.add(context, false, Vec::new())?]),
            (None, Some(default)) => self.filled(context, default.canonical()),
            (Some(value), None) if !nullable => self.kept_filled(context, value),
            (Some(value), _) => self.filled(context, value),
            (None, None) => Ok(vec![self.add(context, false, Vec::new())?]),
        }
    }
}

impl AddColumn<'_> {
    /// The server would number all rows at once, under a lock that keeps everybody out: so new rows take their numbers from
    /// a sequence, the others get theirs in batches, and what only an identity forbids comes last.
    fn numbered(&self, context: &Context<'_>, identity: &Identity) -> Steps {
        let sequence =
            identity.sequence.clone().unwrap_or_else(|| context.sequence_name(self.table, &self.column.name));
        let value = format!("nextval('{}'::regclass)", sequence.to_string().replace('\'', "''"));
        if let Some((table, column)) = context.from.numbered_by(&sequence) {
            return Err(vec![Obstacle::Unhandled {
                object: format!("{}.{}", self.table, self.column.name),
                what: format!(
                    "its sequence {sequence} numbers {}.{}: if it is that column under another name, say so (--rename); else give it a sequence of its own",
                    table.name, column.name
                ),
            }]);
        }
        let to = Identity { sequence: Some(sequence), ..identity.clone() };
        let serial = Identity { kind: IdentityKind::Serial, ..to.clone() };
        let begin = ColumnDeed::BeginNumbering {
            identity: Box::new(serial.clone()),
            sql_type: self.column.sql_type.clone(),
            until_the_switch: to.kind != IdentityKind::Serial,
        };
        let mut steps = vec![self.add(context, true, vec![self.deed(begin)])?];
        steps.extend(self.fill(context, &value)?);
        if to.kind != IdentityKind::Serial {
            let title = format!("make {}.{} an identity column", self.table, self.column.name);
            let sql_type = self.column.sql_type.clone();
            let way = Renumbering { from: Some(serial), to: Some(to), catch_up: false, sql_type };
            let deed = self.deed(ColumnDeed::Renumber(Box::new(way)));
            steps.push(Step::contract(Part::Switch, Order::Attribute, title, vec![deed]));
        }
        Ok(steps)
    }

    fn needs_a_value(&self) -> Obstacle {
        Obstacle::Mistake {
            answers: vec![format!("--backfill {}=SQL", short_name(self.table, Some(&self.column.name)))],
            position: self.column.hints.position.clone(),
            message: format!(
                "{}.{} is NOT NULL and new: say what the existing rows get with `#[db(backfill = \"SQL\")]` (an expression over the row), or give it a `default = …`, or make it an `Option`",
                self.table, self.column.name
            ),
        }
    }

    /// The expand step: the column, bare or with all it has, and what comes with it in the same transaction.
    fn add(&self, context: &Context<'_>, bare: bool, more: Vec<Deed>) -> Result<Step, Vec<Obstacle>> {
        let rewrite =
            written_anew::consented(context, self.table, self.column, bare).map_err(|obstacle| vec![obstacle])?;
        let written_anew = rewrite.is_some();
        let mut deeds = vec![self.deed(ColumnDeed::Add { column: Box::new(self.column.clone()), bare, written_anew })];
        if let (true, Some(default)) = (bare, &self.column.default) {
            deeds.push(self.deed(ColumnDeed::SetDefault(default.clone())));
        }
        if self.column.comment.is_some() {
            deeds.push(self.deed(ColumnDeed::Comment(self.column.comment.clone())));
        }
        deeds.extend(more);
        let there = ObjectState::ColumnExists(self.table.clone(), self.column.name.clone());
        let title = format!("add column {}.{}", self.table, self.column.name);
        Ok(Step::new(Phase::Expand, Order::Column, title, deeds)
            .done_when(Postcondition::Object(there))
            .with_hazards(context.cached_plan_hazard(self.table))
            .with_hazards(rewrite))
    }

    fn deed(&self, deed: ColumnDeed) -> Deed {
        Deed::Column { table: self.table.clone(), column: self.column.name.clone(), deed }
    }

    /// The default fills new rows, the backfill the old ones: nothing is left for a contract.
    fn filled(&self, context: &Context<'_>, value: &str) -> Steps {
        let mut add = self.add(context, true, Vec::new())?;
        if self.column.default.is_none() {
            let text = format!(
                "the backfill gives a value to rows that exist; those that the old release inserts later keep NULL in {}.{}",
                self.table, self.column.name
            );
            add.hazards.push(Hazard::new(HazardKind::ValueRange, text));
        }
        let mut steps = vec![add];
        steps.extend(self.fill(context, value)?);
        Ok(steps)
    }

    /// No default: a trigger gives a value to the rows of the old release, which leaves the column out.
    fn kept_filled(&self, context: &Context<'_>, value: &str) -> Steps {
        let names = sync_names(context, self.table, &self.column.name);
        let sync = Sync {
            table: self.table.clone(),
            columns: context.all_columns(self.table),
            kind: SyncKind::Fill { column: self.column.name.clone(), value: value.to_owned(), on_update: false },
            function: names.function,
            insert_trigger: names.insert,
            update_trigger: names.update,
            legacy_counter: names.legacy_counter,
        };
        let mut steps = vec![self.add(context, true, vec![Deed::CreateSync(Box::new(sync.clone()))])?];
        steps.extend(self.fill(context, value)?);
        let title = format!("stop filling {}.{} for the old release", self.table, self.column.name);
        steps.push(Step::contract(Part::Switch, Order::Drop, title, vec![Deed::DropSync(Box::new(sync))]));
        Ok(steps)
    }

    fn fill(&self, context: &Context<'_>, value: &str) -> Steps {
        let title = format!("fill {}.{}", self.table, self.column.name);
        new_form::filled(context, self.table, self.column, value, title)
    }
}
