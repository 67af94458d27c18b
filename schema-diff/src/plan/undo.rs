//! The way back: every step on the way forward has its inverse, in reverse order. It is for the time before the switch;
//! where that only sets aside what goes, for the time until it has gone.

mod not_null;

use schema_model::{Catalog, Domain, Identifier, ObjectKind, QualifiedName, SqlObject};

use super::object_order::creation_order;
use super::step::{ColumnDeed, Deed, DomainDeed, Order, Renumbering, Resetting, Step};
use super::sync::SyncKind;
use crate::diff::object::with_leaning;
use crate::inspection::Inspection;
use crate::phase::{Part, Phase};
use crate::postcondition::{ObjectState, Postcondition};

/// The undo steps. They work from any state before the switch, so each says IF EXISTS where there is something to say.
/// `live` is everything that was there before, managed or not.
pub fn undo(steps: &[Step], from: &Catalog, live: &Inspection) -> Vec<Step> {
    let sets_aside = steps.iter().any(|step| step.part == Some(Part::Grace));
    let leads_back = |step: &&Step| match step.part {
        None | Some(Part::Tighten) => true,
        Some(Part::Switch) => sets_aside,
        Some(Part::Grace | Part::Clean) => false,
    };
    let mut undone = consents(steps, from);
    for step in steps.iter().filter(leads_back).rev() {
        let inverses: Vec<Deed> = step.deeds.iter().rev().filter_map(|deed| inverse(deed, from)).collect();
        let title = format!("undo: {}", step.title);
        undone.extend(inverses.iter().flat_map(|deed| not_null::proof(deed, &title)));
        let deeds = inverses.into_iter().flat_map(not_null::proven);
        let deeds: Vec<Deed> = deeds.flat_map(|deed| with_what_leans_on_it(deed, live)).collect();
        let Some(first) = deeds.first() else { continue };
        undone.push(match first {
            Deed::DropIndex { table, index } => {
                let gone = Postcondition::Object(ObjectState::IndexGone(table.sibling(index.clone())));
                Step::new(Phase::Undo, Order::Drop, title, deeds).outside_transaction().done_when(gone)
            }
            _ => Step { partitions: step.partitions.clone(), ..Step::new(Phase::Undo, Order::Drop, title, deeds) },
        });
    }
    undone
}

/// A view that has got columns can't lose them in its place: what leans on it goes with it, and comes back as it was.
fn with_what_leans_on_it(deed: Deed, live: &Inspection) -> Vec<Deed> {
    let Deed::ReplaceObject { from: new, to: old } = &deed else { return vec![deed] };
    if old.keeps_its_place(new) {
        return vec![deed];
    }
    let key = old.key();
    let catalog = &live.catalog;
    let leaning = with_leaning(catalog, |object| object.key() == key);
    let is_above = |other: &&str| *other != key && leaning.iter().any(|one| one == other);
    let ordered = creation_order(catalog).into_iter().filter(is_above);
    let leaning: Vec<&SqlObject> = ordered.filter_map(|key| catalog.objects.get(key)).collect();
    let gone = leaning.iter().rev().map(|object| Deed::DropObject(Box::new((*object).clone())));
    let owner = |key: &String| live.owners.get(key);
    let back = leaning.iter().flat_map(|object| std::iter::once(*object).chain(owner(&object.key())));
    let back = owner(&key).into_iter().chain(back).map(|object| Deed::CreateObject(Box::new(object.clone())));
    gone.chain([deed]).chain(back).collect()
}

/// A column without an old form, or one that holds more than its old form does: what the new release has written there is
/// nowhere else.
fn consents(steps: &[Step], from: &Catalog) -> Vec<Step> {
    let deeds = || steps.iter().flat_map(|step| &step.deeds);
    let of_old_form = |table: &QualifiedName, column: &Identifier| {
        deeds().find_map(|deed| match deed {
            Deed::CreateSync(sync) if sync.table == *table => match &sync.kind {
                SyncKind::TwoWay(two_way) => {
                    let form = two_way.new.iter().find(|form| form.column == *column)?;
                    Some((form.value.clone(), sync.columns.clone()))
                }
                SyncKind::Fill { .. } | SyncKind::Computed(_) => None,
            },
            _ => None,
        })
    };
    let written = |table: &QualifiedName, column: &Identifier| {
        deeds().find_map(|deed| match deed {
            Deed::Fill(fill) if fill.table == *table => {
                let own = fill.assignments.iter().find(|own| own.column == *column);
                own.map(|own| (own.value.clone(), fill.columns.clone()))
            }
            _ => None,
        })
    };
    let consent = |deed: &Deed| {
        let Deed::Column { table, column: name, deed: ColumnDeed::Add { column, .. } } = deed else { return None };
        let old_form = of_old_form(table, name);
        // Of a conversion that is known, both forms hold the same.
        let is_given = column.hints.using.is_some() || column.hints.back.is_some();
        if !from.tables.contains_key(table) || old_form.is_some() && !is_given || column.generated.is_some() {
            return None;
        }
        let (value, columns) = old_form.or_else(|| written(table, name)).unzip();
        // A number that the server gives is another one each time.
        let value = value.filter(|_| column.identity.is_none());
        let default = column.default.as_ref().map(|default| default.canonical().to_owned());
        let deed = Deed::ConsentToDrop {
            table: table.clone(),
            column: name.clone(),
            sql_type: column.sql_type.clone(),
            columns: columns.unwrap_or_default(),
            value: value.or(default),
        };
        let title = format!("values of {table}.{name} that only the new release has written");
        let there = Postcondition::Object(ObjectState::ColumnExists(table.clone(), name.clone()));
        Some(Step::new(Phase::Undo, Order::Gate, title, vec![deed]).done_when(there))
    };
    deeds().filter_map(consent).collect()
}

fn inverse(deed: &Deed, from: &Catalog) -> Option<Deed> {
    match deed {
        Deed::Column { table, column, deed: ColumnDeed::RenameTo(other) } => {
            let deed = ColumnDeed::RenameTo(column.clone());
            Some(Deed::Column { table: table.clone(), column: other.clone(), deed })
        }
        Deed::RenameTable { from, to } => Some(Deed::RenameTable { from: to.clone(), to: from.clone() }),
        Deed::Column { table, column, deed } => {
            let deed = inverse_column(table, column, deed, from)?;
            Some(match deed {
                Inverse::Column(deed) => Deed::Column { table: table.clone(), column: column.clone(), deed },
                Inverse::DropCheck(name) => Deed::DropConstraint { table: table.clone(), name, references: None },
            })
        }
        Deed::CreateEnumBeside(enum_type) => Some(Deed::DropEnum(enum_type.name.clone())),
        Deed::RenameEnum { from, to } => Some(Deed::RenameEnum { from: to.clone(), to: from.clone() }),
        Deed::AlterDomain { domain, tables, deed } => Some(Deed::AlterDomain {
            domain: domain.clone(),
            tables: tables.clone(),
            deed: inverse_of_domain(domain.domain.as_ref()?, deed)?,
        }),
        Deed::CreateView(over) => Some(Deed::DropView { view: over.view.clone(), table: over.table.clone() }),
        Deed::CreateSync(sync) => Some(Deed::DropSync(sync.clone())),
        Deed::CreateIndex { table, index, .. } => {
            Some(Deed::DropIndex { table: table.clone(), index: index.name.clone()? })
        }
        Deed::CreatePartitionedIndex { table, index, parts } => Some(Deed::DropPartitionedIndex {
            table: table.clone(),
            index: index.name.clone()?,
            partitions: parts.iter().map(|part| part.partition.clone()).collect(),
        }),
        Deed::CreatePartitionedUnique { table, unique, .. } => {
            Some(Deed::DropConstraint { table: table.clone(), name: unique.name.clone()?, references: None })
        }
        Deed::CreatePartitionedForeignKey { table, key, .. } => Some(Deed::DropConstraint {
            table: table.clone(),
            name: key.name.clone()?,
            references: Some(key.references.clone()),
        }),
        Deed::AddConstraint { table, constraint, .. } => Some(Deed::DropConstraint {
            table: table.clone(),
            name: constraint.name()?.clone(),
            references: match constraint {
                crate::change::TableConstraint::ForeignKey(key) => Some(key.references.clone()),
                _ => None,
            },
        }),
        Deed::UniqueUsingIndex { table, unique, index } => Some(Deed::DropConstraint {
            table: table.clone(),
            name: unique.name.clone().unwrap_or_else(|| index.clone()),
            references: None,
        }),
        Deed::SetStorageParameters { table, set, reset } => {
            let before = from.tables.get(table).map(|old| old.storage_parameters.clone()).unwrap_or_default();
            let name = |parameter: &String| parameter.split('=').next().unwrap_or_default().to_owned();
            let had: Vec<String> = before.iter().map(name).collect();
            let touched: Vec<String> = set.iter().map(name).chain(reset.iter().cloned()).collect();
            Some(Deed::SetStorageParameters {
                table: table.clone(),
                set: before.iter().filter(|parameter| touched.contains(&name(parameter))).cloned().collect(),
                reset: touched.iter().filter(|name| !had.contains(name)).cloned().collect(),
            })
        }
        Deed::SetLogged { table, logged } => Some(Deed::SetLogged { table: table.clone(), logged: !logged }),
        Deed::RenameIndex { table, from, to } => {
            Some(Deed::RenameIndex { table: table.clone(), from: to.clone(), to: from.clone() })
        }
        Deed::CreateObject(object) => Some(Deed::DropObject(object.clone())),
        Deed::CreateBeside { beside, .. } => Some(Deed::DropBeside(beside.clone())),
        Deed::TakePlace { object, instead_of, .. } => {
            Some(Deed::ReplaceObject { from: object.clone(), to: instead_of.clone() })
        }
        Deed::ReplaceObject { to, .. } if to.kind == ObjectKind::Extension => None,
        Deed::ReplaceObject { from, to } => Some(Deed::ReplaceObject { from: to.clone(), to: from.clone() }),
        // What only reads, what goes along with something else, and what never stands before a switch.
        Deed::CreateNamespace(_)
        | Deed::CreateEnum(_)
        | Deed::DropEnum(_)
        | Deed::AddEnumValue { .. }
        | Deed::CommentOnEnum(..)
        | Deed::CreateTable(_)
        | Deed::DropView { .. }
        | Deed::DropObject(_)
        | Deed::CompileAnew(_)
        | Deed::DropBeside(_)
        | Deed::DropTable { .. }
        | Deed::CommentOnTable(..)
        | Deed::DropSync(_)
        | Deed::DropIndex { .. }
        | Deed::DropPartitionedIndex { .. }
        | Deed::FurnishPartitions(_)
        | Deed::CreatePartition { .. }
        | Deed::AttachPartition { .. }
        | Deed::DetachPartition { .. }
        | Deed::PrimaryKeyUsingIndex { .. }
        | Deed::ValidateConstraint { .. }
        | Deed::DropConstraint { .. }
        | Deed::RenameConstraint { .. }
        | Deed::Fill(_)
        | Deed::GateEqual { .. }
        | Deed::GateValid { .. }
        | Deed::ConsentToDrop { .. }
        | Deed::Analyze(..) => None,
    }
}

fn inverse_of_domain(old: &Domain, deed: &DomainDeed) -> Option<DomainDeed> {
    match deed {
        DomainDeed::SetDefault(_) => Some(match &old.default {
            Some(default) => DomainDeed::SetDefault(default.clone()),
            None => DomainDeed::DropDefault,
        }),
        DomainDeed::AddCheck { name, .. } => Some(DomainDeed::DropCheck(name.clone())),
        DomainDeed::DropCheck(name) => {
            let definition = old.checks.get(name)?.clone();
            Some(DomainDeed::AddCheck { name: name.clone(), definition, not_valid: false })
        }
        DomainDeed::SetNotNull => Some(DomainDeed::DropNotNull),
        DomainDeed::DropDefault | DomainDeed::DropNotNull | DomainDeed::ValidateCheck(_) => None,
    }
}

enum Inverse {
    Column(ColumnDeed),
    DropCheck(Identifier),
}

fn inverse_column(table: &QualifiedName, column: &Identifier, deed: &ColumnDeed, from: &Catalog) -> Option<Inverse> {
    let old = from.tables.get(table).and_then(|table| table.column(column));
    match deed {
        ColumnDeed::Add { .. } => Some(Inverse::Column(ColumnDeed::Drop { references: Vec::new() })),
        ColumnDeed::AddNotNullCheck(check) => Some(Inverse::DropCheck(check.clone())),
        ColumnDeed::SetDefault(_) => Some(Inverse::Column(match &old?.default {
            Some(default) => ColumnDeed::SetDefault(default.clone()),
            None => ColumnDeed::DropDefault,
        })),
        ColumnDeed::SetNotNull => old?.nullable.then_some(Inverse::Column(ColumnDeed::DropNotNull)),
        ColumnDeed::DropNotNull => (!old?.nullable).then_some(Inverse::Column(ColumnDeed::SetNotNull)),
        ColumnDeed::Comment(_) => Some(Inverse::Column(ColumnDeed::Comment(old?.comment.clone()))),
        ColumnDeed::Renumber(way) => {
            let Renumbering { from, to, sql_type, .. } = (**way).clone();
            let back = Renumbering { from: to, to: from, catch_up: false, sql_type };
            Some(Inverse::Column(ColumnDeed::Renumber(Box::new(back))))
        }
        ColumnDeed::Set(way) => {
            let Resetting { from, to, sql_type } = (**way).clone();
            Some(Inverse::Column(ColumnDeed::Set(Box::new(Resetting { from: to, to: from, sql_type }))))
        }
        ColumnDeed::RenameTo(_)
        | ColumnDeed::ReleaseSequence { .. }
        | ColumnDeed::Drop { .. }
        | ColumnDeed::DropDefault
        | ColumnDeed::DropExpression
        | ColumnDeed::SetType { .. }
        | ColumnDeed::KeepAs { .. }
        | ColumnDeed::TakeIdentity { .. }
        | ColumnDeed::BeginNumbering { .. }
        | ColumnDeed::TakeSequence(_) => None,
    }
}
