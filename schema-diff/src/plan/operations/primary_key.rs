//! Another primary key: its unique index is built beside the old one, and takes its place in the switch.

use std::sync::Arc;

use schema_model::{Catalog, ForeignKey, Identifier, PrimaryKey, QualifiedName, Table, Unique};

use super::drop_constraint::before_it_falls;
use super::new_form::behind_key;
use super::promoted_index;
use crate::change::TableConstraint;
use crate::diff::constraint::comment_key;
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::Obstacle;
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::name::fitted;
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};
use crate::postcondition::{ObjectState, Postcondition};

pub(super) struct SetPrimaryKey<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) from: Option<&'a PrimaryKey>,
    pub(super) to: Option<&'a PrimaryKey>,
}

impl Operation for SetPrimaryKey<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        self.refuse_references(context)?;
        let mut steps = Vec::new();
        let there = self.to.and_then(|key| promoted_index::for_primary_key(context, self.table, key));
        if let (Some(key), None) = (self.to, &there) {
            steps.extend(self.build(context, key));
        }
        steps.extend(self.falling_references(context));
        if let Some(name) = self.from.and_then(|key| key.name.clone()) {
            let title = format!("drop the primary key of {}", self.table);
            let deed = Deed::DropConstraint { table: self.table.clone(), name: name.clone(), references: None };
            let text = format!("until the contract both keys hold; from then on ON CONFLICT on {name} fails");
            let step = Step::contract(Part::Switch, Order::Loosen, title, vec![deed]);
            steps.push(step.with_hazards([Hazard::new(HazardKind::Uniqueness, text)]));
        }
        if let Some(key) = self.to {
            let title = format!("make {} the primary key of {}", columns(key), self.table);
            let old = there.zip(key.name.as_ref());
            let comment = old.and_then(|(old, new)| promoted_index::comment_that_goes(context, self.table, old, new));
            let index = there.and_then(|index| index.name.clone()).unwrap_or_else(|| self.index_name(key));
            let deed = Deed::PrimaryKeyUsingIndex { table: self.table.clone(), key: key.clone(), index };
            let deeds = comment.into_iter().chain([deed]).chain(self.comments(context, key)).collect();
            steps.push(Step::contract(Part::Switch, Order::Unique, title, deeds));
        }
        Ok(steps)
    }
}

impl SetPrimaryKey<'_> {
    /// What is said of the key, and of one of its name that falls, declared or not.
    fn comments(&self, context: &Context<'_>, key: &PrimaryKey) -> Vec<Deed> {
        let live = &context.facts.catalog.objects;
        let keeps_its_name = self.from.is_some_and(|old| old.name == key.name);
        let find = |is_index| {
            let said = comment_key(self.table, key.name.as_ref()?, is_index);
            let undeclared = || live.get(&said).filter(|_| keeps_its_name && !context.from.objects.contains_key(&said));
            context.to.objects.get(&said).or_else(undeclared)
        };
        [false, true].into_iter().filter_map(find).map(|one| Deed::CreateObject(Box::new(one.clone()))).collect()
    }

    fn index_name(&self, key: &PrimaryKey) -> Identifier {
        let parts: Vec<&str> =
            std::iter::once(self.table.name.as_str()).chain(key.columns.iter().map(|column| column.as_str())).collect();
        fitted(&parts, "new_pkey")
    }

    /// The gate and the index. Over columns that only the new release knows it is a part of the new form.
    fn build(&self, context: &Context<'_>, key: &PrimaryKey) -> Vec<Step> {
        let name = self.index_name(key);
        let index = behind_key(&name, &key.columns, &key.include, false);
        let unique = Unique {
            name: key.name.clone(),
            columns: key.columns.clone(),
            include: key.include.clone(),
            nulls_not_distinct: false,
            deferrable: key.deferrable,
        };
        let title = format!("create index {name} on {}", self.table);
        let build = vec![Deed::CreateIndex { table: self.table.clone(), index, concurrently: true }];
        let valid = Postcondition::Object(ObjectState::IndexValid(self.table.sibling(name)));
        let finish = |step: Step| step.outside_transaction().done_when(valid.clone());
        if key.columns.iter().any(|column| context.is_new_column(self.table, column)) {
            return vec![finish(Step::new(Phase::Backfill, Order::Index, title, build))];
        }
        let gate = Deed::GateValid { table: self.table.clone(), constraint: TableConstraint::Unique(unique) };
        let words = format!("rows of {} that violate the primary key {}", self.table, columns(key));
        vec![
            Step::contract(Part::Tighten, Order::Gate, words, vec![gate]),
            finish(Step::contract(Part::Tighten, Order::Index, title, build)),
        ]
    }

    /// Foreign keys that fall in the same switch, with their tables or columns: they go before the key that they need.
    fn falling_references(&self, context: &Context<'_>) -> Vec<Step> {
        let Some(key) = self.from else { return Vec::new() };
        let falls = |(table, one): &(&Table, &ForeignKey)| {
            let new = context.new_table(&table.name);
            let stays = |column: &Identifier| new.is_some_and(|new| new.column(column).is_some());
            table.name != *self.table && !one.columns.iter().all(stays)
        };
        let falling = referencing(context.from, self.table, &key.columns).filter(falls);
        falling.filter_map(|(table, key)| before_it_falls(Part::Switch, table.name.clone(), key)).collect()
    }

    /// A foreign key hangs on the index of the key that it references.
    fn refuse_references(&self, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
        let Some(key) = self.from else { return Ok(()) };
        let mut tables: Vec<String> =
            referencing(context.to, self.table, &key.columns).map(|(table, _)| table.name.to_string()).collect();
        tables.dedup();
        if tables.is_empty() {
            return Ok(());
        }
        Err(vec![Obstacle::Unhandled {
            object: self.table.to_string(),
            what: format!(
                "its primary key differs, and foreign keys of {} reference it: changing such a key is not handled yet; write it by hand (cargo schema new)",
                tables.join(", ")
            ),
        }])
    }
}

/// The foreign keys over a key of a table, with the tables whose they are.
pub(super) fn referencing<'a>(
    side: &'a Catalog,
    table: &'a QualifiedName,
    columns: &'a [Identifier],
) -> impl Iterator<Item = (&'a Table, &'a ForeignKey)> {
    let is_it = move |key: &ForeignKey| key.references == *table && same_columns(&key.referenced_columns, columns);
    let tables = side.tables.values().map(Arc::as_ref);
    tables.flat_map(move |own| own.foreign_keys.iter().filter(move |key| is_it(key)).map(move |key| (own, key)))
}

pub(super) fn same_columns(a: &[Identifier], b: &[Identifier]) -> bool {
    a.len() == b.len() && a.iter().all(|column| b.contains(column))
}

fn columns(key: &PrimaryKey) -> String {
    let names: Vec<String> = key.columns.iter().map(ToString::to_string).collect();
    format!("({})", names.join(", "))
}
