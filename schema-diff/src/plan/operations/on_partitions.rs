//! Changes of partitioned tables. What the server does to all partitions by itself takes its lock on each. What would read
//! rows or build an index is done to one partition after the other, without blocking anybody; the table then has it in a
//! moment, as their parts of it are there.

use std::collections::BTreeSet;

use schema_model::{ForeignKey, Identifier, Index, Partition, Partitioning, QualifiedName};

use super::partitioned::{comes_in_the_switch, unhandled};
use crate::change::TableConstraint;
use crate::diff::constraint;
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::name::fitted;
use crate::plan::operation::Steps;
use crate::plan::step::{ColumnDeed, Deed, IndexPart, Order, Step};
use crate::plan::sync::SyncKind;
use crate::postcondition::{ObjectState, Postcondition};

/// A partitioned table at some time.
#[derive(Clone, Copy)]
struct Partitioned<'a> {
    table: &'a QualifiedName,
    tree: &'a Partitioning,
    context: &'a Context<'a>,
}

/// The partitions of a table, of which none goes in the plan. New ones come at the end of what is purely additive, before
/// everything that has a contract, or in the switch.
struct Trees<'a> {
    in_expand: Partitioning,
    until_the_switch: Partitioning,
    last: &'a Partitioning,
}

impl<'a> Trees<'a> {
    fn of(table: &QualifiedName, first: &'a Partitioning, context: &Context<'a>, steps: &[Step]) -> Self {
        let last = context.to.partitioning_of(table).unwrap_or(first);
        let mut until_the_switch = last.clone();
        until_the_switch.retain(&|name| !comes_in_the_switch(name, context));
        let is_additive = steps.iter().all(|step| step.phase == Phase::Expand);
        let in_expand = if is_additive { first.clone() } else { until_the_switch.clone() };
        Self { in_expand, until_the_switch, last }
    }

    fn at(&self, step: &Step) -> &Partitioning {
        match (step.phase, step.part) {
            (Phase::Expand, _) => &self.in_expand,
            (_, Some(Part::Clean)) => self.last,
            _ => &self.until_the_switch,
        }
    }
}

/// On the partitions of a table that a foreign key references the server takes the lock that it takes on the table, where
/// the key comes or goes (measured on 12 and 18).
pub(crate) fn lock_what_is_referenced(steps: &mut [Step], context: &Context<'_>) {
    let phases = steps.to_vec();
    for step in steps {
        let referenced: BTreeSet<QualifiedName> = step.deeds.iter().flat_map(referenced).cloned().collect();
        for table in referenced {
            let live = context.facts.catalog.partitioning_of(&table);
            let Some(first) = live.or_else(|| context.to.partitioning_of(&table)) else { continue };
            let trees = Trees::of(&table, first, context, &phases);
            let is_one = |name: &QualifiedName| {
                first.all().iter().any(|partition| partition.name == *name) || context.facts.facts_of(name).is_none()
            };
            let tree = trees.at(step).clone();
            let all = Partitioned { table: &table, tree: &tree, context }.spread().into_iter();
            let more: Vec<_> = all.filter(|pair| is_one(&pair.1) && !step.partitions.contains(pair)).collect();
            step.partitions.extend(more);
            if context.facts.major < 15 {
                step.deeds.iter_mut().for_each(|deed| fall_on_leaves(deed, &table, &tree));
            }
        }
    }
}

/// Before 15 a key that falls with its table or its column has nothing on the table above the partitions.
fn fall_on_leaves(deed: &mut Deed, table: &QualifiedName, tree: &Partitioning) {
    let (Deed::DropTable { references, .. } | Deed::Column { deed: ColumnDeed::Drop { references }, .. }) = deed else {
        return;
    };
    if references.contains(table) {
        let leaves = tree.all().into_iter().filter(|partition| partition.partitioning.is_none());
        references.extend(leaves.map(|partition| partition.name.clone()));
        references.retain(|other| other != table);
    }
}

/// The tables that the foreign keys reference which a deed makes or removes.
fn referenced(deed: &Deed) -> Vec<&QualifiedName> {
    match deed {
        Deed::CreateTable(table) => table.foreign_keys.iter().map(|key| &key.references).collect(),
        Deed::AddConstraint { constraint: TableConstraint::ForeignKey(key), .. } => vec![&key.references],
        Deed::DropConstraint { references, .. } => references.iter().collect(),
        Deed::DropTable { references, .. } | Deed::Column { deed: ColumnDeed::Drop { references }, .. } => {
            references.iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The steps of a change, as they are made on a partitioned table; a deed that works otherwise there is refused.
pub(crate) fn adapted(
    steps: Vec<Step>,
    (table, tree): (&QualifiedName, &Partitioning),
    context: &Context<'_>,
    change: &str,
) -> Steps {
    let trees = Trees::of(table, tree, context, &steps);
    let keeps_in_step = |step: &Step| step.deeds.iter().any(|deed| matches!(deed, Deed::CreateSync(_)));
    if context.facts.major < 13 && steps.iter().any(keeps_in_step) {
        return Err(unhandled(
            change.to_owned(),
            "the table is partitioned, and before PostgreSQL 13 no trigger can change what is written to such a table",
        ));
    }
    if steps.iter().flat_map(|step| &step.deeds).any(keeps_the_key_in_step) {
        return Err(unhandled(
            change.to_owned(),
            "rows are spread over partitions by it, and no trigger can change where a row belongs",
        ));
    }
    let not_handled =
        || unhandled(change.to_owned(), "the table is partitioned, and changing it in this way is not handled yet");
    let mut adapted = Vec::new();
    let mut rest = steps.into_iter().peekable();
    while let Some(mut step) = rest.next() {
        let tree = trees.at(&step);
        let parted = Partitioned { table, tree, context };
        match step.deeds.as_mut_slice() {
            [Deed::Fill(fill)] if !fill.key.is_empty() => {
                fill.by_key = true;
                adapted.push(Step { partitions: parted.spread(), ..step });
            }
            [Deed::GateEqual { partitioned, key, .. }] if !key.is_empty() => {
                *partitioned = true;
                adapted.push(step);
            }
            [Deed::CreateIndex { table: own, index, concurrently: true }] if own == table => {
                let Some(name) = index.name.clone() else { return Err(not_handled()) };
                let index = index.clone();
                let constraint = rest.peek().and_then(|next| match next.deeds.as_slice() {
                    [Deed::UniqueUsingIndex { index, unique, .. }] if *index == name => Some(unique.clone()),
                    _ => None,
                });
                let is_made_a_constraint = constraint.is_some();
                let whole = constraint.map_or_else(|| TableConstraint::Index(index.clone()), TableConstraint::Unique);
                let parts = parted.index_parts(&name, &whole);
                adapted.extend(indexes_of_partitions(&step, &index, &parts));
                if !is_made_a_constraint {
                    let deeds = vec![Deed::CreatePartitionedIndex { table: table.clone(), index, parts }];
                    let title = format!("make these the index {name} of {table}");
                    adapted.push(Step { title, deeds, transaction: true, order: Order::Unique, ..step });
                }
            }
            [Deed::UniqueUsingIndex { table: own, unique, index }] if own == table => {
                let parts = parted.index_parts(index, &TableConstraint::Unique(unique.clone()));
                let deeds = vec![Deed::CreatePartitionedUnique { table: table.clone(), unique: unique.clone(), parts }];
                adapted.push(Step { deeds, partitions: parted.spread(), ..step });
            }
            [Deed::AddConstraint { table: own, constraint: TableConstraint::ForeignKey(key), not_valid: true }]
                if own == table =>
            {
                let validation = rest.next_if(|next| {
                    matches!(next.deeds.as_slice(), [Deed::ValidateConstraint { table: own, .. }] if own == table)
                });
                let (Some(validation), Some(name)) = (validation, key.name.clone()) else { return Err(not_handled()) };
                let key = key.clone();
                adapted.extend(parted.foreign_key(&step, &validation, &key, &name));
            }
            [Deed::DropIndex { table: own, index }] if own == table => {
                let partitions = tree.all().into_iter().map(|partition| partition.name.clone()).collect();
                let deed = Deed::DropPartitionedIndex { table: table.clone(), index: index.clone(), partitions };
                adapted.push(Step { deeds: vec![deed], transaction: true, ..step });
            }
            // A check has its name on every partition; a foreign key has one on each.
            [Deed::RenameConstraint { table: own, from, to }] if own == table => {
                let is_it = |key: &ForeignKey| key.name.as_ref() == Some(to);
                let (from, to) = (from.clone(), to.clone());
                if context.new_table(table).is_some_and(|new| new.foreign_keys.iter().any(is_it)) {
                    let renamed = |partition: &Partition| Deed::RenameConstraint {
                        table: partition.name.clone(),
                        from: from.clone(),
                        to: to.clone(),
                    };
                    step.deeds.extend(tree.all().into_iter().map(renamed));
                    adapted.push(step);
                } else {
                    adapted.push(Step { partitions: parted.spread(), ..step });
                }
            }
            deeds if deeds.iter().all(|deed| is_recursive(deed) || is_of_the_table_alone(deed)) => {
                // A lock is claimed on the partitions where the server takes it there.
                let alone = deeds.iter().all(is_of_the_table_alone);
                let partitions = if alone { Vec::new() } else { parted.spread() };
                adapted.push(Step { partitions, ..step });
            }
            _ => return Err(not_handled()),
        }
    }
    Ok(adapted)
}

impl Partitioned<'_> {
    fn spread(self) -> Vec<(QualifiedName, QualifiedName)> {
        let partitions = self.tree.all().into_iter();
        partitions.map(|partition| (self.table.clone(), partition.name.clone())).collect()
    }

    /// The parts of an index, or of that behind a constraint, parents first.
    fn index_parts(self, name: &Identifier, whole: &TableConstraint) -> Vec<IndexPart> {
        let mut parts = Vec::new();
        self.collect(&mut parts, (self.table, name), self.tree, &|partition| self.part_name(partition, name, whole));
        parts
    }

    fn collect(
        self,
        parts: &mut Vec<IndexPart>,
        (table, of): (&QualifiedName, &Identifier),
        tree: &Partitioning,
        name: &dyn Fn(&QualifiedName) -> Identifier,
    ) {
        for partition in &tree.partitions {
            let index = name(&partition.name);
            parts.push(IndexPart {
                partition: partition.name.clone(),
                index: index.clone(),
                of: table.sibling(of.clone()),
                is_partitioned: partition.partitioning.is_some(),
            });
            if let Some(further) = &partition.partitioning {
                self.collect(parts, (&partition.name, &index), further, name);
            }
        }
    }

    /// The name that the part has on the side that is to be, where partitions are declared there and the name is free.
    fn part_name(self, partition: &QualifiedName, name: &Identifier, whole: &TableConstraint) -> Identifier {
        let declared: Vec<TableConstraint> = self.context.new_table(partition).map(constraint::all).unwrap_or_default();
        let mut alike = declared.iter().filter(|own| constraint::same(own, whole));
        let (declared, others) = (alike.next().and_then(TableConstraint::name), alike.next());
        let is_free = |name: &&Identifier| self.context.owners.owner(&partition.sibling((*name).clone())).is_none();
        let declared = declared.filter(|_| others.is_none()).filter(is_free).cloned();
        declared.unwrap_or_else(|| fitted(&[partition.name.as_str(), name.as_str()], "part"))
    }

    /// Every partition refuses by itself what the key refuses, and is then looked through; the table's key takes theirs
    /// for its parts, and no row is looked at again.
    fn foreign_key(self, add: &Step, validate: &Step, key: &ForeignKey, name: &Identifier) -> Vec<Step> {
        let all = self.tree.all().into_iter();
        let leaves = || all.clone().filter(|leaf| leaf.partitioning.is_none()).map(|leaf| &leaf.name);
        let of_leaf = |step: &Step, title: String, deed: Deed, state: ObjectState| Step {
            title,
            deeds: vec![deed],
            done_when: Postcondition::Object(state),
            ..step.clone()
        };
        let mut steps = Vec::new();
        for leaf in leaves() {
            let constraint = TableConstraint::ForeignKey(key.clone());
            let deed = Deed::AddConstraint { table: leaf.clone(), constraint, not_valid: true };
            let title = format!("add foreign key {name} to {leaf}");
            steps.push(of_leaf(add, title, deed, ObjectState::ConstraintExists(leaf.clone(), name.clone())));
        }
        for leaf in leaves() {
            let references = Some(key.references.clone());
            let deed = Deed::ValidateConstraint { table: leaf.clone(), name: name.clone(), references };
            let title = format!("validate {name} of {leaf}");
            steps.push(of_leaf(validate, title, deed, ObjectState::ConstraintValid(leaf.clone(), name.clone())));
        }
        let title = format!("make these the foreign key {name} of {}", self.table);
        let deed = Deed::CreatePartitionedForeignKey { table: self.table.clone(), key: key.clone() };
        let there = ObjectState::ConstraintValid(self.table.clone(), name.clone());
        let whole = of_leaf(validate, title, deed, there);
        steps.push(Step { order: Order::NotNull, partitions: self.spread(), ..whole });
        steps
    }
}

fn keeps_the_key_in_step(deed: &Deed) -> bool {
    let Deed::CreateSync(sync) = deed else { return false };
    let SyncKind::TwoWay(two_way) = &sync.kind else { return false };
    two_way.old.iter().any(|form| two_way.partition_key.contains(&form.column))
}

/// What the server does to every partition too, under the same lock.
fn is_recursive(deed: &Deed) -> bool {
    match deed {
        Deed::DropTable { .. } | Deed::Analyze(..) => true,
        // A valid check of the table is one of every partition.
        Deed::AddConstraint { constraint: TableConstraint::Check(_), not_valid: true, .. }
        | Deed::ValidateConstraint { references: None, .. }
        | Deed::DropConstraint { .. } => true,
        Deed::CreateSync(sync) | Deed::DropSync(sync) => !matches!(sync.kind, SyncKind::Computed(_)),
        Deed::Column { deed, .. } => match deed {
            ColumnDeed::Add { column, .. } => column.generated.is_none() && column.identity.is_none(),
            ColumnDeed::SetDefault(_) | ColumnDeed::DropDefault | ColumnDeed::Drop { .. } => true,
            ColumnDeed::AddNotNullCheck(_) | ColumnDeed::SetNotNull | ColumnDeed::DropNotNull => true,
            ColumnDeed::RenameTo(_) | ColumnDeed::KeepAs { .. } => true,
            _ => false,
        },
        _ => false,
    }
}

fn is_of_the_table_alone(deed: &Deed) -> bool {
    match deed {
        Deed::CommentOnTable(..) | Deed::Column { deed: ColumnDeed::Comment(_), .. } => true,
        Deed::CreateView(_) | Deed::DropView { .. } | Deed::RenameTable { .. } => true,
        // The parts keep their names.
        Deed::RenameIndex { .. } => true,
        Deed::GateValid { .. } | Deed::CompileAnew(_) | Deed::CreateObject(_) | Deed::DropObject(_) => true,
        _ => false,
    }
}

/// The index of every partition by itself.
fn indexes_of_partitions(step: &Step, index: &Index, parts: &[IndexPart]) -> Vec<Step> {
    let leaves = parts.iter().filter(|part| !part.is_partitioned);
    let of_leaf = leaves.map(|part| {
        let own = Index { name: Some(part.index.clone()), ..index.clone() };
        let valid = ObjectState::IndexValid(part.partition.sibling(part.index.clone()));
        Step {
            title: format!("create index {} on {}", part.index, part.partition),
            deeds: vec![Deed::CreateIndex { table: part.partition.clone(), index: own, concurrently: true }],
            done_when: Postcondition::Object(valid),
            ..step.clone()
        }
    });
    of_leaf.collect()
}
