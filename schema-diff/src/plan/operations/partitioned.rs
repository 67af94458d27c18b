//! Partitions that come and go, in a moment.

use schema_model::{Check, Expression, Partition, QualifiedName};

use super::add_constraint::AddConstraint;
use crate::change::{Change, TableConstraint};
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Consent, Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::name::fitted;
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};
use crate::postcondition::{ObjectState, Postcondition};

pub(super) struct AddPartition<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) partition: &'a Partition,
}

impl Operation for AddPartition<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let (table, partition) = (self.table, self.partition);
        let siblings = partitions(context, table);
        if let Some(other) = siblings.iter().find(|other| other.is_default()) {
            return Err(unhandled(
                format!("partition {} of {table}", partition.name),
                &format!(
                    "the server would look through every row of the default partition {} under a lock that blocks everybody",
                    other.name
                ),
            ));
        }
        if context
            .changes
            .iter()
            .any(|change| matches!(change, Change::RenameTable { to, .. } if *to == partition.name))
        {
            return Err(unhandled(
                partition.name.to_string(),
                "a table is to get this name and to become a partition at once: rename it in a migration before",
            ));
        }
        let references = context.referenced_tables(&root(context, table), None);
        if context.facts.facts_of(&partition.name).is_some() {
            return self.attach(context, references);
        }
        // A table of its own that is attached: to make it as a partition would lock everybody out.
        let deed = Deed::CreatePartition { table: table.clone(), partition: partition.clone(), references };
        let title = format!("add partition {} to {table}", partition.name);
        let there = Postcondition::Object(ObjectState::TableExists(partition.name.clone()));
        Ok(vec![Step::new(Phase::Expand, Order::Circle, title, vec![deed]).done_when(there)])
    }
}

impl AddPartition<'_> {
    /// A check proves that every row is one of the partition, so that the server doesn't look at them under its lock.
    fn attach(&self, context: &Context<'_>, references: Vec<QualifiedName>) -> Steps {
        let (table, partition) = (self.table, self.partition);
        let own = &partition.name;
        let (from, to) = (context.from, context.to);
        let refused = |what: &str| {
            let what = format!("it is a table of its own and is to become a partition of {table}, but {what}");
            Err(unhandled(own.to_string(), &what))
        };
        let (Some(parent), Some(old)) = (to.table(table), context.old_table(own)) else {
            return refused("it is none that is compared");
        };
        let found = context.facts.facts_of(own).map_or(&[][..], |facts| &facts.unmodelled);
        if !found.is_empty() {
            return refused(&format!("{}, which is not handled in this yet", found.join(", ")));
        }
        if from.table_above(table).is_some() || partition.partitioning.is_some() || old.partitioning.is_some() {
            return refused("there are partitions of partitions, which are not handled in this yet");
        }
        let condition = parent.partitioning.as_ref().and_then(|tree| partition.condition(&tree.key));
        let Some(condition) = condition else {
            return refused(
                "a check can't say which rows it holds, and without one the server looks at each under a lock that blocks everybody",
            );
        };
        let check = fitted(&[own.name.as_str()], "belongs");
        let constraint = TableConstraint::Check(Check {
            name: Some(check.clone()),
            expression: Expression::inspected(condition),
            column: None,
            no_inherit: false,
            not_valid: false,
        });
        let mut steps = AddConstraint { table: own, constraint: &constraint }.steps(context)?;
        let deeds = vec![
            Deed::AttachPartition { table: table.clone(), partition: partition.clone(), references },
            Deed::DropConstraint { table: own.clone(), name: check, references: None },
        ];
        let text = format!("{table} shows the rows of {own} from here on");
        let title = format!("attach partition {own} to {table}");
        let attach = Step::contract(Part::Switch, Order::Attach, title, deeds);
        steps.push(attach.with_hazards([Hazard::new(HazardKind::ValueRange, text)]));
        Ok(steps)
    }
}

pub(super) struct DetachPartition<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) partition: &'a Partition,
}

impl Operation for DetachPartition<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let (table, partition) = (self.table, self.partition);
        let is_gone = context.new_table(&partition.name).is_none();
        let flag = format!("drop:{}", short_name(&partition.name, None));
        if is_gone && !context.answers.allows(&flag) {
            let text = format!("the partition {} is no longer there: its rows would be lost", partition.name);
            return Err(vec![Obstacle::Consent(Consent { flag, text })]);
        }
        let root = root(context, table);
        let refers = |other: &&QualifiedName| context.referenced_tables(other, None).contains(&root);
        if let Some(other) = context.from.tables.keys().find(refers) {
            return Err(unhandled(
                format!("partition {} of {table}", partition.name),
                &format!(
                    "{other} references {root}, so the server would look through its rows under a lock that blocks everybody"
                ),
            ));
        }
        let references = context.referenced_tables(&root, None);
        let mut deeds = vec![Deed::DetachPartition {
            table: table.clone(),
            partition: partition.name.clone(),
            excludes: context.facts.major >= 14,
            references: references.clone(),
        }];
        deeds.extend(is_gone.then(|| Deed::DropTable { table: partition.name.clone(), references }));
        let title = format!("{} partition {} of {table}", if is_gone { "drop" } else { "detach" }, partition.name);
        let text = match is_gone {
            true => format!("the rows of {} go for good", partition.name),
            false => format!("{table} no longer shows the rows of {}", partition.name),
        };
        let hazard = Hazard::new(HazardKind::DataLoss, text);
        Ok(vec![Step::contract(Part::Switch, Order::Drop, title, deeds).with_hazards([hazard])])
    }
}

/// The partitions right below a table or a partition, as they are.
fn partitions<'a>(context: &Context<'a>, table: &QualifiedName) -> &'a [Partition] {
    let trees = context.from.tables.values().filter_map(|own| Some((&own.name, own.partitioning.as_ref()?)));
    for (name, tree) in trees {
        if name == table {
            return &tree.partitions;
        }
        let below = tree.all().into_iter().find(|partition| partition.name == *table);
        if let Some(further) = below.and_then(|partition| partition.partitioning.as_ref()) {
            return &further.partitions;
        }
    }
    &[]
}

/// The table whose partition it is, whatever lies between.
fn root(context: &Context<'_>, table: &QualifiedName) -> QualifiedName {
    context.from.table_above(table).map_or(table, |own| &own.name).clone()
}

pub(super) fn unhandled(object: String, what: &str) -> Vec<Obstacle> {
    vec![Obstacle::Unhandled { object, what: format!("{what}; write it by hand (cargo schema new)") }]
}
