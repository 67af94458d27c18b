//! Puts planned changes into migrations: purely additive ones share one, each independent group that has a contract
//! gets its own; steps are ordered, and what belongs into one transaction or one pass is put together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schema_model::{Catalog, ObjectKind, QualifiedName, SqlObject, Table};

use super::Planned;
use super::answer::Choice;
use super::object_order::own_sequence;
use super::operations::{falling_with, may_use};
use super::step::{ColumnDeed, Deed, Fill, Order, Step};
use crate::change::{Change, ColumnChange, ConstraintChange, TableConstraint};
use crate::diff::object::with_leaning;
use crate::phase::{Part, Phase};
use crate::postcondition::{ObjectState, Postcondition};

/// The changes and the ordered steps of one migration to be.
#[derive(Clone, Debug)]
pub struct Group {
    /// What it changes.
    pub changes: Vec<Change>,
    /// Its steps in the order in which they run.
    pub steps: Vec<Step>,
    /// Other ways of making some of its changes.
    pub alternatives: Vec<Choice>,
}

impl Group {
    /// Tables behind a view: changing one meanwhile would change the view.
    pub fn whole_tables(&self) -> Vec<String> {
        let behind = self.deeds().filter_map(|deed| match deed {
            Deed::CreateView(over) => Some([&over.known_as, &over.view, &over.table]),
            _ => None,
        });
        let names: BTreeSet<String> = behind.flatten().map(ToString::to_string).collect();
        names.into_iter().collect()
    }

    /// Tables on which an object leans that is made, and those that get partitions.
    pub fn leans_on(&self) -> Vec<String> {
        let made = self.deeds().filter_map(|deed| match deed {
            Deed::CreateObject(object) | Deed::CreateBeside { object, .. } | Deed::ReplaceObject { to: object, .. } => {
                Some(&object.needs)
            }
            _ => None,
        });
        let tables = made.flatten().filter_map(|need| need.strip_prefix("table ")).map(str::to_owned);
        let parted = self.deeds().filter_map(|deed| match deed {
            Deed::CreatePartition { table, .. } | Deed::AttachPartition { table, .. } => Some(table.to_string()),
            _ => None,
        });
        let names: BTreeSet<String> = tables.chain(parted).collect();
        names.into_iter().collect()
    }

    fn deeds(&self) -> impl Iterator<Item = &Deed> {
        self.steps.iter().flat_map(|step| &step.deeds)
    }
}

/// What the changes of one migration have in common, in the order of the migrations.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Common {
    /// They only add, and there is no way back from them: what they add may hold values at once.
    Additive,
    /// They are about objects that lean on no table that waits for its contract.
    Objects,
    /// They are about tables that go together, under the first of their names.
    Family(QualifiedName),
}

/// Forms the groups between two catalogs.
pub fn group(planned: Vec<Planned>, sides: [&Catalog; 2]) -> Vec<Group> {
    let changed: BTreeSet<String> = planned.iter().filter_map(object_key).collect();
    let tables_of = |one: &Planned| {
        let mut tables = tables_of(&one.change, sides, &changed);
        tables.extend(one.reads.iter().cloned());
        tables
    };
    let families = families(&planned, tables_of);
    let waiting = waiting_objects(&planned, sides);
    let mut groups: BTreeMap<Common, Vec<Planned>> = BTreeMap::new();
    for one in planned {
        let family = tables_of(&one).into_iter().find_map(|table| families.get(&table).cloned());
        // What comes along with another change has no step of its own, or is a part of it.
        let comes_along = one.steps.is_empty() || one.part_of.is_some();
        let waits = is_object(&one.change) || comes_along || one.steps.iter().any(|step| step.phase != Phase::Expand);
        let common = match family.filter(|_| waits) {
            Some(family) => Common::Family(family),
            None if has_contract(&one) || object_key(&one).is_some_and(|key| waiting.contains(&key)) => Common::Objects,
            None => Common::Additive,
        };
        groups.entry(common).or_default().push(one);
    }
    groups.into_values().map(assemble).collect()
}

fn has_contract(one: &Planned) -> bool {
    one.steps.iter().any(|step| step.phase == Phase::Contract)
}

/// Objects that wait for a contract, and those that lean on them.
fn waiting_objects(planned: &[Planned], sides: [&Catalog; 2]) -> BTreeSet<String> {
    let with_contract = planned.iter().filter(|one| has_contract(one));
    let own: BTreeSet<String> = with_contract.filter_map(object_key).collect();
    sides.into_iter().flat_map(|side| with_leaning(side, |object| own.contains(&object.key()))).cloned().collect()
}

fn object_key(one: &Planned) -> Option<String> {
    one.change.object().map(SqlObject::key)
}

/// Tables with a contract, each with the first table of the family it belongs to.
fn families(
    planned: &[Planned],
    tables_of: impl Fn(&Planned) -> Vec<QualifiedName>,
) -> BTreeMap<QualifiedName, QualifiedName> {
    let mut families: Vec<BTreeSet<QualifiedName>> = Vec::new();
    let waiting: BTreeSet<_> = planned.iter().filter(|one| has_contract(one)).flat_map(&tables_of).collect();
    for one in planned.iter().filter(|one| has_contract(one) || is_object(&one.change) || is_reference(&one.change)) {
        // What is made of several tables, and changes none of them, goes along with those that wait.
        let tables = tables_of(one).into_iter().filter(|table| waiting.contains(table));
        let mut family: BTreeSet<_> = tables.collect();
        if family.is_empty() {
            continue;
        }
        let (joined, apart) = families.into_iter().partition(|other: &BTreeSet<_>| !other.is_disjoint(&family));
        families = apart;
        for other in joined {
            family.extend(other);
        }
        families.push(family);
    }
    let mut found = BTreeMap::new();
    for family in families {
        let Some(first) = family.first().cloned() else { continue };
        found.extend(family.into_iter().map(|table| (table, first.clone())));
    }
    found
}

/// A new namespace comes before everything else.
fn is_object(change: &Change) -> bool {
    match change {
        Change::AddObject(object) => object.kind != ObjectKind::Namespace,
        Change::DropObject(_) | Change::ReplaceObject { .. } => true,
        _ => false,
    }
}

/// A foreign key may reference what only the other table's migration makes.
fn is_reference(change: &Change) -> bool {
    let Change::Constraint { change: ConstraintChange::Add(constraint), .. } = change else { return false };
    matches!(constraint, TableConstraint::ForeignKey(_))
}

/// The tables that a change is about, with those that must go along with it. `changed` are the keys of objects that
/// change.
fn tables_of(change: &Change, sides: [&Catalog; 2], changed: &BTreeSet<String>) -> Vec<QualifiedName> {
    let [from, _] = sides;
    let mut tables: Vec<QualifiedName> = change.table().into_iter().cloned().collect();
    match change {
        Change::Constraint {
            change:
                ConstraintChange::Add(TableConstraint::ForeignKey(key))
                | ConstraintChange::Drop(TableConstraint::ForeignKey(key)),
            ..
        } => tables.push(key.references.clone()),
        Change::RenameTable { from: name, to } => {
            tables.push(to.clone());
            // A foreign key is another one by the name of what it references.
            let old = from.tables.values();
            let refers = |table: &&Arc<Table>| table.foreign_keys.iter().any(|key| key.references == *name);
            tables.extend(old.filter(refers).map(|table| table.name.clone()));
            let own = from.table(name).into_iter().flat_map(|table| &table.foreign_keys);
            tables.extend(own.map(|key| key.references.clone()));
        }
        Change::AddPartition { partition, .. } | Change::DetachPartition { partition, .. } => {
            tables.push(partition.name.clone());
        }
        Change::DropTable(table) => {
            tables.extend(table.foreign_keys.iter().map(|key| key.references.clone()));
            tables.extend(falling_with(&table.name, sides).map(|(other, _)| other.name.clone()));
        }
        Change::DropEnum(enum_type) | Change::SetEnumValues { from: enum_type, .. } => {
            let uses = |name: &QualifiedName| {
                let columns = &from.tables[name].columns;
                columns.iter().any(|column| column.sql_type.qualified_name().as_ref() == Some(&enum_type.name))
            };
            tables.extend(from.tables.keys().filter(|name| uses(name)).cloned());
            if tables.is_empty() {
                tables.push(enum_type.name.clone());
            }
        }
        // A namespace goes after everything that stands in it.
        Change::DropObject(object) if object.kind == ObjectKind::Namespace => {
            let inside = |name: &&QualifiedName| object.is_namespace(&name.namespace);
            tables.extend(from.tables.keys().chain(from.enums.keys()).filter(inside).cloned());
            let own = schema_model::split_dotted(&object.name);
            let stands_there = |other: &&SqlObject| schema_model::split_dotted(&other.name).first() == own.first();
            let objects = from.objects.values().filter(|other| other.kind != ObjectKind::Namespace);
            tables.extend(objects.filter(stands_there).flat_map(|other| tables_around(other, sides, changed)));
        }
        Change::AddObject(object) | Change::DropObject(object) => tables.extend(tables_around(object, sides, changed)),
        Change::ReplaceObject { from: old, to } => {
            tables.extend(tables_around(old, sides, changed));
            tables.extend(tables_around(to, sides, changed));
        }
        _ => {}
    }
    // A partition has most of what it has from the table whose it is.
    let above = sides.into_iter().flat_map(|side| tables.iter().filter_map(|table| side.table_above(table)));
    let above: Vec<QualifiedName> = above.map(|table| table.name.clone()).collect();
    tables.extend(above);
    tables.sort();
    tables.dedup();
    tables
}

/// The tables that an object leans on, and those of what leans on it or on a changed object below it, over however many
/// other objects.
fn tables_around(object: &SqlObject, sides: [&Catalog; 2], changed: &BTreeSet<String>) -> Vec<QualifiedName> {
    let (mut tables, own) = (Vec::new(), object.key());
    for catalog in sides {
        let mut around: BTreeSet<&String> = object.needs.iter().collect();
        let mut above: BTreeSet<&String> = BTreeSet::new();
        let mut open: Vec<&String> = object.needs.iter().chain([&own]).collect();
        while let Some(key) = open.pop() {
            let Some(one) = catalog.objects.get(key) else { continue };
            open.extend(one.needs.iter().filter(|need| around.insert(*need)));
            if *key == own || changed.contains(key) {
                above.extend(with_leaning(catalog, |other| other.key() == *key));
                open.extend(above.iter().copied().filter(|key| around.insert(*key)));
            }
        }
        let above: Vec<&SqlObject> = above.into_iter().filter_map(|key| catalog.objects.get(key)).collect();
        let tables_then = sides.into_iter().flat_map(|side| side.tables.values());
        let users = tables_then.filter(|table| above.iter().any(|object| may_use(table, object)));
        tables.extend(users.map(|table| table.name.clone()));
        tables.extend(around.into_iter().filter_map(|key| key.strip_prefix("table ")?.parse().ok()));
        tables.extend(own_sequence(object, catalog).map(|(table, _)| table.name.clone()));
    }
    tables
}

fn assemble(planned: Vec<Planned>) -> Group {
    let (mut changes, mut steps, mut alternatives) = (Vec::new(), Vec::new(), Vec::new());
    let is_in_grace = |one: &Planned| one.steps.iter().any(|step| step.part == Some(Part::Grace));
    let sets_aside = planned.iter().any(is_in_grace);
    for mut one in planned {
        if sets_aside && !is_in_grace(&one) {
            wait_for_the_end_of_grace(&mut one.steps);
        }
        let change = one.part_of.unwrap_or(one.change);
        if !changes.contains(&change) {
            changes.push(change);
        }
        steps.extend(one.steps);
        alternatives.extend(one.alternatives);
    }
    drop_nothing_twice(&mut steps);
    steps.sort_by(|a, b| (a.phase, a.part, a.order, &a.title).cmp(&(b.phase, b.part, b.order, &b.title)));
    follow_new_names(&mut steps);
    Group { changes: sorted(changes), steps: merge(steps), alternatives }
}

/// A foreign key that goes in expand is no more in the way of what goes in the contract.
fn drop_nothing_twice(steps: &mut Vec<Step>) {
    let early = steps.iter().filter(|step| step.phase == Phase::Expand).flat_map(|step| &step.deeds);
    let early: Vec<Deed> = early.filter(|deed| matches!(deed, Deed::DropConstraint { .. })).cloned().collect();
    for step in steps.iter_mut().filter(|step| step.phase == Phase::Contract) {
        step.deeds.retain(|deed| !early.iter().any(|gone| is_done_once(gone, deed)));
    }
    steps.retain(|step| !step.deeds.is_empty());
}

/// The way back leads from behind the switch as long as nothing is gone: what else would go there, and can't be brought
/// back, waits with what is set aside. Until then both releases live with it as they did before the switch.
fn wait_for_the_end_of_grace(steps: &mut [Step]) {
    for step in steps.iter_mut().filter(|step| step.part == Some(Part::Switch)) {
        step.part = Some(Part::Grace);
    }
}

/// What comes behind a table's new name names it by that, and so do foreign keys that reference it.
fn follow_new_names(steps: &mut [Step]) {
    for at in 0..steps.len() {
        let (done, behind) = steps.split_at_mut(at + 1);
        let own = done.last().filter(|step| step.phase == Phase::Contract).into_iter().flat_map(|step| &step.deeds);
        for deed in own {
            if let Deed::RenameTable { from, to } = deed {
                behind.iter_mut().for_each(|step| follow(step, from, to));
            }
        }
    }
}

fn follow(step: &mut Step, from: &QualifiedName, to: &QualifiedName) {
    let named = step.deeds.iter_mut().flat_map(named_tables).chain(step.partitions.iter_mut().map(|(table, _)| table));
    let mut is_named = false;
    for table in named.filter(|table| *table == from) {
        *table = to.clone();
        is_named = true;
    }
    if is_named {
        step.title = with_new_name(&step.title, &from.to_string(), &to.to_string());
    }
    if let Postcondition::Object(ObjectState::IndexGone(index)) = &mut step.done_when
        && is_named
    {
        index.namespace.clone_from(&to.namespace);
    }
}

/// The text in which a name stands for itself or before the name of a column.
fn with_new_name(text: &str, from: &str, to: &str) -> String {
    let mut parts = text.split(from);
    let mut named = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_it = named.chars().next_back().is_none_or(|c| c == ' ')
            && part.chars().next().is_none_or(|c| matches!(c, ' ' | '.' | ';' | ','));
        named.push_str(if is_it { to } else { from });
        named.push_str(part);
    }
    named
}

/// The tables of a deed that may stand behind a table's new name.
fn named_tables(deed: &mut Deed) -> Vec<&mut QualifiedName> {
    match deed {
        Deed::DropConstraint { table, references, .. } => [table].into_iter().chain(references.as_mut()).collect(),
        Deed::DropTable { table, references } | Deed::Column { table, deed: ColumnDeed::Drop { references }, .. } => {
            [table].into_iter().chain(references).collect()
        }
        Deed::AttachPartition { table, references, referencing, .. } => {
            [table].into_iter().chain(references).chain(referencing).collect()
        }
        Deed::Column { table, .. }
        | Deed::Analyze(table, _)
        | Deed::DropIndex { table, .. }
        | Deed::DropPartitionedIndex { table, .. }
        | Deed::RenameIndex { table, .. }
        | Deed::RenameConstraint { table, .. } => vec![table],
        Deed::DropSync(sync) => vec![&mut sync.table],
        _ => Vec::new(),
    }
}

/// What is the point of a migration stands first, since the folder is named after it.
fn sorted(mut changes: Vec<Change>) -> Vec<Change> {
    let weight = |change: &Change| match change {
        Change::Column { change: ColumnChange::Rename { .. } | ColumnChange::SetType { .. }, .. } => 0,
        Change::AddTable(_) | Change::DropTable(_) => 1,
        Change::Column { .. } => 2,
        Change::Constraint { change: ConstraintChange::Add(_) | ConstraintChange::Validate(_), .. } => 3,
        Change::Constraint { change: ConstraintChange::Drop(_), .. } => 4,
        _ => 5,
    };
    changes.sort_by_key(weight);
    changes
}

/// The whole switch is one transaction, and so is what goes after the grace time; fills and statistics of one table are one pass.
fn merge(steps: Vec<Step>) -> Vec<Step> {
    let mut merged: Vec<Step> = Vec::new();
    for step in steps {
        match merged.iter_mut().find(|earlier| belongs_together(earlier, &step)) {
            Some(earlier) => join(earlier, step),
            None => merged.push(step),
        }
    }
    merged
}

fn belongs_together(a: &Step, b: &Step) -> bool {
    if a.phase != b.phase || a.part != b.part {
        return false;
    }
    match (a.deeds.as_slice(), b.deeds.as_slice()) {
        ([Deed::Fill(x)], [Deed::Fill(y)]) => x.table == y.table,
        ([Deed::Analyze(x, _)], [Deed::Analyze(y, _)]) => x == y,
        _ => matches!(a.part, Some(Part::Switch | Part::Grace)) && a.order != Order::Gate && b.order != Order::Gate,
    }
}

fn join(earlier: &mut Step, step: Step) {
    let partitions = step.partitions.into_iter().filter(|pair| !earlier.partitions.contains(pair)).collect::<Vec<_>>();
    earlier.partitions.extend(partitions);
    for hazard in step.hazards {
        if !earlier.hazards.contains(&hazard) {
            earlier.hazards.push(hazard);
        }
    }
    if !earlier.title.contains(&step.title) {
        earlier.title = format!("{}; {}", earlier.title, step.title);
    }
    for deed in step.deeds {
        // A view over two columns that are exchanged goes and comes once, and so goes a foreign key that hangs on two things.
        if earlier.deeds.iter().any(|other| is_done_once(other, &deed)) {
            continue;
        }
        match (earlier.deeds.first_mut(), deed) {
            (Some(Deed::Fill(fill)), Deed::Fill(more)) => fill_more(fill, more),
            (Some(Deed::Analyze(_, columns)), Deed::Analyze(_, more)) => columns.extend(more),
            (_, deed) => earlier.deeds.push(deed),
        }
    }
}

fn is_done_once(one: &Deed, other: &Deed) -> bool {
    match (one, other) {
        // What they need may be said of a column aside.
        (Deed::DropObject(one), Deed::DropObject(other)) | (Deed::CreateObject(one), Deed::CreateObject(other)) => {
            one.same_as(other)
        }
        (
            Deed::DropConstraint { table, name, .. },
            Deed::DropConstraint { table: other_table, name: other_name, .. },
        ) => table == other_table && name == other_name,
        _ => false,
    }
}

fn fill_more(fill: &mut Fill, more: Fill) {
    fill.assignments.extend(more.assignments);
}
