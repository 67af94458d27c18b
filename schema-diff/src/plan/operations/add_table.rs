//! A new table: made in one transaction with everything on it, since nobody uses it yet.

use std::collections::BTreeSet;
use std::sync::Arc;

use schema_model::{QualifiedName, Table};

use super::new_form::refuse_taken_name;
use super::partitioned::furnishing;
use crate::change::TableConstraint;
use crate::phase::Phase;
use crate::plan::Context;
use crate::plan::answer::Obstacle;
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Furnishing, Order, Step};
use crate::postcondition::{ObjectState, Postcondition};

pub(super) struct AddTable<'a>(pub(super) &'a Table);

impl Operation for AddTable<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        for name in self.0.relation_names() {
            refuse_taken_name(context, &self.0.name, &name)?;
        }
        let order = creation_order(context);
        let position = order.iter().position(|name| *name == &self.0.name).unwrap_or(usize::MAX);
        let mut table = self.0.clone();
        // A reference to a table that is made later closes a circle: it is added when both are there.
        let is_later =
            |name: &QualifiedName| order.iter().position(|other| *other == name).is_some_and(|at| at > position);
        let later: Vec<_> = table.foreign_keys.iter().filter(|key| is_later(&key.references)).cloned().collect();
        table.foreign_keys.retain(|key| !is_later(&key.references));
        let indexes = std::mem::take(&mut table.indexes);
        let name = table.name.clone();
        let unchecked = take_unchecked(&mut table);
        let partitions = own_of_partitions(self.0, context)?;
        let mut deeds = vec![Deed::CreateTable(table)];
        deeds.extend(partitions.map(|own| Deed::FurnishPartitions(Box::new(own))));
        deeds.extend(unchecked.into_iter().map(|constraint| Deed::AddConstraint {
            table: name.clone(),
            constraint,
            not_valid: true,
        }));
        deeds.extend(indexes.into_iter().map(|index| Deed::CreateIndex {
            table: name.clone(),
            index,
            concurrently: false,
        }));
        let create = Step::new(Phase::Expand, Order::Table(position), format!("create table {name}"), deeds)
            .done_when(Postcondition::Object(ObjectState::TableExists(name.clone())));
        let mut steps = vec![create];
        for key in later {
            let title = format!("reference {} from {name}", key.references);
            let constraint = TableConstraint::ForeignKey(key);
            let deeds = vec![Deed::AddConstraint { table: name.clone(), constraint, not_valid: false }];
            steps.push(Step::new(Phase::Expand, Order::Circle, title, deeds));
        }
        Ok(steps)
    }
}

/// What the partitions of a new table have beside it.
fn own_of_partitions(table: &Table, context: &Context<'_>) -> Result<Option<Furnishing>, Vec<Obstacle>> {
    let Some(by) = &table.partitioning else { return Ok(None) };
    furnishing(table.clone(), &by.partitions, context).map(Some)
}

/// Constraints that a baseline has found NOT VALID: in CREATE TABLE they would become valid.
fn take_unchecked(table: &mut Table) -> Vec<TableConstraint> {
    let checks = table.checks.iter().filter(|check| check.not_valid).cloned().map(TableConstraint::Check);
    let keys = table.foreign_keys.iter().filter(|key| key.not_valid).cloned().map(TableConstraint::ForeignKey);
    let taken = checks.chain(keys).collect();
    table.checks.retain(|check| !check.not_valid);
    table.foreign_keys.retain(|key| !key.not_valid);
    taken
}

/// The new tables, the referenced ones first; circles are broken at the first name in them.
fn creation_order<'a>(context: &Context<'a>) -> Vec<&'a QualifiedName> {
    let all = context.to.tables.values().map(Arc::as_ref);
    let new: Vec<&Table> = all.filter(|table| context.old_table(&table.name).is_none()).collect();
    let mut ordered: Vec<&QualifiedName> = Vec::new();
    let mut visiting = BTreeSet::new();
    for table in &new {
        visit(table, &new, &mut visiting, &mut ordered);
    }
    ordered
}

fn visit<'a>(
    table: &'a Table,
    new: &[&'a Table],
    visiting: &mut BTreeSet<&'a QualifiedName>,
    ordered: &mut Vec<&'a QualifiedName>,
) {
    if !visiting.insert(&table.name) {
        return;
    }
    for key in &table.foreign_keys {
        if let Some(referenced) = new.iter().find(|other| other.name == key.references) {
            visit(referenced, new, visiting, ordered);
        }
    }
    ordered.push(&table.name);
}
