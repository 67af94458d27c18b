//! Partitions that come and go, in a moment.

use schema_model::{
    Catalog, Check, Expression, ForeignKey, Identifier, Index, Partition, Partitioning, QualifiedName, Settings, Table,
};

use super::add_constraint::AddConstraint;
use crate::change::{Change, TableConstraint};
use crate::diff::constraint::same;
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Consent, Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::name::fitted;
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Furnishing, Order, Step};
use crate::postcondition::{ObjectState, Postcondition};

pub(super) struct AddPartition<'a> {
    pub(super) table: &'a QualifiedName,
    pub(super) partition: &'a Partition,
}

impl Operation for AddPartition<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let (table, partition) = (self.table, self.partition);
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
        let own = Box::new(self.own(context)?);
        let beside = self.beside_default(context)?;
        let default = beside.as_ref().map(|beside| beside.default.clone());
        let (table, partition) = (table.clone(), partition.clone());
        let order = Order::Partition(partition.is_default());
        let title = format!("add partition {} to {table}", partition.name);
        let there = Postcondition::Object(ObjectState::TableExists(partition.name.clone()));
        let moment = if beside.is_some() { Phase::Contract } else { Phase::Expand };
        let referencing = referencing(context, &root(context, &table), moment);
        let deed = Deed::CreatePartition { table, partition, own, default, references, referencing };
        Ok(match beside {
            Some(beside) => {
                let deeds = vec![deed, beside.drop_check()];
                let create = Step::contract(Part::Switch, Order::Attach, title, deeds);
                let create = Step { partitions: beside.spread(context), ..create };
                beside.steps.into_iter().chain([create]).collect()
            }
            None => vec![Step::new(Phase::Expand, order, title, vec![deed]).done_when(there)],
        })
    }
}

impl AddPartition<'_> {
    /// What it has beside its table. An index that the table gets in the same plan is given to it by that.
    fn own(&self, context: &Context<'_>) -> Result<Furnishing, Vec<Obstacle>> {
        let above = copied(self.table, context);
        let old = context.old_table(self.table).map(|old| old.indexes.clone()).unwrap_or_default();
        let new = above.indexes.clone();
        let mut own = furnishing(above, std::slice::from_ref(self.partition), context)?;
        let has = |indexes: &[Index], index: &Index| {
            let index = TableConstraint::Index(index.clone());
            indexes.iter().any(|other| same(&index, &TableConstraint::Index(other.clone())))
        };
        for table in own.tables.tables_mut() {
            table.indexes.retain(|index| has(&old, index) || !has(&new, index));
        }
        Ok(own)
    }
}

/// Whether a table is a partition that the switch makes, or stands below one.
pub(super) fn comes_in_the_switch(table: &QualifiedName, context: &Context<'_>) -> bool {
    let is_it = |partition: &Partition| partition.with_those_below().iter().any(|one| one.name == *table);
    context.facts.facts_of(table).is_none()
        && context.changes.iter().any(|change| match change {
            Change::AddPartition { table: above, partition } if is_it(partition) => {
                partitions(context.from, above).iter().any(Partition::is_default)
            }
            _ => false,
        })
}

/// A new partition beside a default one.
struct BesideDefault {
    /// The default partition.
    default: QualifiedName,
    /// The check by which it holds no row of the new partition.
    check: Identifier,
    /// The steps that make the check.
    steps: Vec<Step>,
}

impl BesideDefault {
    fn drop_check(&self) -> Deed {
        Deed::DropConstraint { table: self.default.clone(), name: self.check.clone(), references: None }
    }

    /// The partitions of the default one, which have the check as well.
    fn spread(&self, context: &Context<'_>) -> Vec<(QualifiedName, QualifiedName)> {
        let below = context.from.partitioning_of(&self.default).into_iter().flat_map(Partitioning::all);
        below.map(|partition| (self.default.clone(), partition.name.clone())).collect()
    }
}

impl AddPartition<'_> {
    /// The server looks for rows of a new partition in the default one, under a lock that blocks everybody, unless a check
    /// proves that there is none.
    fn beside_default(&self, context: &Context<'_>) -> Result<Option<BesideDefault>, Vec<Obstacle>> {
        let (table, partition) = (self.table, self.partition);
        let siblings = partitions(context.from, table);
        let Some(default) = siblings.iter().find(|other| other.is_default()).map(|other| &other.name) else {
            return Ok(None);
        };
        let refused = |what: String| Err(unhandled(format!("partition {} of {table}", partition.name), &what));
        if !partitions(context.to, table).iter().any(|other| other.name == *default) {
            return refused(format!("the default partition {default} goes at once: do that in a migration before"));
        }
        if partition.takes_null() {
            return refused(format!(
                "rows without a value may come at any time, and between the check that keeps them out of the default partition {default} and the switch they would be refused"
            ));
        }
        let Some(condition) = self.condition(context) else {
            return refused(format!(
                "a check can't say which rows it holds, and without one the server looks through every row of the default partition {default} under a lock that blocks everybody"
            ));
        };
        let flag = format!("refuse:{}", short_name(&partition.name, None));
        if !context.answers.allows(&flag) {
            let text = format!(
                "until the moment of the contract in which partition {} of {table} is made, rows of it are refused for as long as the default partition {default} is looked through",
                partition.name
            );
            return Err(vec![Obstacle::Consent(Consent { flag, text })]);
        }
        let check = fitted(&[partition.name.name.as_str()], "elsewhere");
        let constraint = check_of(&check, format!("NOT ({condition})"));
        let text = format!(
            "{default} takes no rows of {} from here on: they are refused until the switch makes that",
            partition.name
        );
        let hazard = Hazard::new(HazardKind::ValueRange, text);
        let mut made = BesideDefault { default: default.clone(), check, steps: Vec::new() };
        let spread = made.spread(context);
        let steps = AddConstraint { table: default, constraint: &constraint }.steps(context)?.into_iter();
        let with_the_hazard = |step: Step| {
            let own = (step.order == Order::Constraint).then(|| hazard.clone());
            Step { partitions: spread.clone(), ..step.with_hazards(own) }
        };
        made.steps = steps.map(with_the_hazard).collect();
        Ok(Some(made))
    }

    /// What a row must fulfil to be one of its.
    fn condition(&self, context: &Context<'_>) -> Option<String> {
        self.partition.condition(&context.to.partitioning_of(self.table)?.key)
    }

    /// A check proves that every row is one of the partition, so that the server doesn't look at them under its lock.
    fn attach(&self, context: &Context<'_>, references: Vec<QualifiedName>) -> Steps {
        let (table, partition) = (self.table, self.partition);
        let own = &partition.name;
        let (from, to) = (context.from, context.to);
        let refused = |what: &str| {
            let what = format!("it is a table of its own and is to become a partition of {table}, but {what}");
            Err(unhandled(own.to_string(), &what))
        };
        let (Some(_), Some(old)) = (to.table(table), context.old_table(own)) else {
            return refused("it is none that is compared");
        };
        let found = context.facts.facts_of(own).map_or(&[][..], |facts| &facts.unmodelled);
        if !found.is_empty() {
            return refused(&format!("{}, which is not handled in this yet", found.join(", ")));
        }
        if from.table_above(table).is_some() || partition.partitioning.is_some() || old.partitioning.is_some() {
            return refused("there are partitions of partitions, which are not handled in this yet");
        }
        let Some(condition) = self.condition(context) else {
            return refused(
                "a check can't say which rows it holds, and without one the server looks at each under a lock that blocks everybody",
            );
        };
        let check = fitted(&[own.name.as_str()], "belongs");
        let mut steps = AddConstraint { table: own, constraint: &check_of(&check, condition) }.steps(context)?;
        let beside = self.beside_default(context)?;
        let mut deeds = vec![
            Deed::AttachPartition {
                table: table.clone(),
                partition: partition.clone(),
                default: beside.as_ref().map(|beside| beside.default.clone()),
                references,
                referencing: referencing(context, &root(context, table), Phase::Contract),
            },
            Deed::DropConstraint { table: own.clone(), name: check, references: None },
        ];
        deeds.extend(beside.as_ref().map(BesideDefault::drop_check));
        let spread = beside.as_ref().map(|beside| beside.spread(context)).unwrap_or_default();
        let text = format!("{table} shows the rows of {own} from here on");
        let title = format!("attach partition {own} to {table}");
        let attach = Step::contract(Part::Switch, Order::Attach, title, deeds);
        let attach = attach.with_hazards([Hazard::new(HazardKind::ValueRange, text)]);
        steps.extend(beside.into_iter().flat_map(|beside| beside.steps));
        steps.push(Step { partitions: spread, ..attach });
        Ok(steps)
    }
}

fn check_of(name: &Identifier, condition: String) -> TableConstraint {
    TableConstraint::Check(Check {
        name: Some(name.clone()),
        expression: Expression::inspected(condition),
        column: None,
        no_inherit: false,
        not_valid: false,
    })
}

/// What new partitions have beside the table above them.
pub(super) fn furnishing(
    above: Table,
    partitions: &[Partition],
    context: &Context<'_>,
) -> Result<Furnishing, Vec<Obstacle>> {
    let all = partitions.iter().flat_map(Partition::with_those_below);
    let known = all.filter_map(|partition| context.to.tables.get_key_value(&partition.name));
    let tables =
        Catalog { tables: known.map(|(name, own)| (name.clone(), own.clone())).collect(), ..Catalog::default() };
    let has = |key: &ForeignKey| {
        let key = TableConstraint::ForeignKey(key.clone());
        above.foreign_keys.iter().any(|other| same(&key, &TableConstraint::ForeignKey(other.clone())))
    };
    for own in tables.tables.values() {
        let key = own.primary_key.as_ref().filter(|_| above.primary_key.is_none()).map(|_| "primary key");
        if let Some(kind) = key.or_else(|| own.foreign_keys.iter().any(|key| !has(key)).then_some("foreign key")) {
            let what =
                format!("it is a new partition, and has a {kind} that {} hasn't, which is not handled yet", above.name);
            return Err(unhandled(own.name.to_string(), &what));
        }
    }
    Ok(Furnishing { above, partitions: partitions.to_vec(), tables })
}

/// The table above a new partition, as far as the partition comes with what it has or gets it later: how values are kept is
/// copied, and what the server does to save space or to know them is not.
fn copied(table: &QualifiedName, context: &Context<'_>) -> Table {
    let mut above = context.new_table(table).cloned().unwrap_or_else(|| Table::new(table.clone()));
    for settings in above.columns.iter_mut().map(|column| &mut column.settings) {
        *settings = Settings { storage: settings.storage.take(), ..Settings::default() };
    }
    above
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
            // The default partition is locked as such.
            excludes: context.facts.major >= 14 || partition.is_default(),
            default: default_beside(context, table, partition),
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

/// The default partition beside another one in the switch: one that is new is there by then.
fn default_beside(context: &Context<'_>, table: &QualifiedName, partition: &Partition) -> Option<QualifiedName> {
    let all = [context.from, context.to].into_iter().flat_map(|side| partitions(side, table));
    let mut others = all.filter(|other| other.name != partition.name);
    others.find(|other| other.is_default()).map(|other| other.name.clone())
}

/// The partitions right below a table or a partition.
fn partitions<'a>(side: &'a Catalog, table: &QualifiedName) -> &'a [Partition] {
    side.partitioning_of(table).map_or(&[], |by| &by.partitions)
}

/// The other tables whose foreign keys reference a table at such a moment and which the server locks when it gets a
/// partition (measured on 12 to 18).
fn referencing(context: &Context<'_>, table: &QualifiedName, moment: Phase) -> Vec<QualifiedName> {
    let refers = |other: &Table| other.name != *table && other.foreign_keys.iter().any(|key| key.references == *table);
    let live = &context.facts.catalog;
    let stays = |other: &Table| match (context.old_table(&other.name), context.new_table(&other.name)) {
        (Some(_), None) => moment == Phase::Expand,
        (_, Some(new)) => refers(new),
        (None, None) => true,
    };
    let is_there = |other: &Table| moment != Phase::Expand || live.table(&other.name).is_none();
    let before = live.tables.values().map(AsRef::as_ref).filter(|other| refers(other) && stays(other));
    let new = context.to.tables.values().map(AsRef::as_ref).filter(|other| refers(other) && is_there(other));
    let partitions = [live.partitions(), context.to.partitions()];
    let is_partition = |name: &QualifiedName| partitions.iter().any(|names| names.contains(name));
    let mut names: Vec<_> = before.chain(new).map(|other: &Table| other.name.clone()).collect();
    names.retain(|name| !is_partition(name));
    names.sort();
    names.dedup();
    if context.facts.major >= 15 { names } else { Vec::new() }
}

/// The table whose partition it is, whatever lies between.
fn root(context: &Context<'_>, table: &QualifiedName) -> QualifiedName {
    context.from.table_above(table).map_or(table, |own| &own.name).clone()
}

pub(super) fn unhandled(object: String, what: &str) -> Vec<Obstacle> {
    vec![Obstacle::Unhandled { object, what: format!("{what}; write it by hand (cargo schema new)") }]
}
