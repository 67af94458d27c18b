//! What finishes a new form once its rows are filled, and what tightens an old one: built without blocking anybody.

use std::iter::once;

use schema_model::sql_text::{self, TokenKind};
use schema_model::{Column, Identifier, Index, IndexKey, QualifiedName, SqlObject, Table};

use super::drop_constraint::DropConstraint;
use crate::change::TableConstraint;
use crate::diff::constraint;
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Obstacle, short_name};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::name::fitted;
use crate::plan::step::{Assignment, ColumnDeed, Deed, Fill, Order, Step};
use crate::postcondition::{ObjectState, Postcondition};

/// When a constraint or an index is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In expand: it forbids nothing.
    Expand,
    /// At the end of backfill: it concerns columns that only the new release writes.
    EndOfBackfill,
    /// In the contract: the old release may still write what it forbids.
    Tighten,
}

impl Place {
    fn step(self, order: Order, title: String, deeds: Vec<Deed>) -> Step {
        match self {
            Self::Expand => Step::new(Phase::Expand, order, title, deeds),
            Self::EndOfBackfill => Step::new(Phase::Backfill, order, title, deeds),
            Self::Tighten => Step::contract(Part::Tighten, order, title, deeds),
        }
    }
}

/// The fill of a column, NOT NULL in stages where it is wanted, and the statistics of a column that is new.
pub(super) fn filled(
    context: &Context<'_>,
    table: &QualifiedName,
    column: &Column,
    value: &str,
    title: String,
) -> Result<Vec<Step>, Vec<Obstacle>> {
    let (triggers, hazard) = context.trigger_mode(table).map_err(|obstacle| vec![obstacle])?;
    let fill = Fill {
        table: table.clone(),
        columns: context.all_columns(table),
        key: context.primary_key(table),
        range_scan: context.facts.major >= 14,
        assignments: vec![Assignment {
            column: column.name.clone(),
            value: value.to_owned(),
            required: !column.nullable && !is_never_null(context, table, value),
        }],
        triggers,
        by_key: false,
    };
    let slow = (fill.key.is_empty() && !fill.range_scan).then(|| {
        let text = format!(
            "{table} has no primary key, and before PostgreSQL 14 the server can't read a range of blocks: every place that a row may have is looked up, which takes about twice the time of a fill along a key"
        );
        Hazard::new(HazardKind::SlowBackfill, text)
    });
    let step = Step::new(Phase::Backfill, Order::Fill, title, vec![Deed::Fill(fill)]);
    let mut steps = vec![step.with_hazards(hazard).with_hazards(slow)];
    if !column.nullable {
        steps.extend(not_null(table, &column.name, Place::EndOfBackfill));
    }
    if context.is_new_column(table, &column.name) {
        let analyze = Deed::Analyze(table.clone(), vec![column.name.clone()]);
        steps.push(Step::new(Phase::Backfill, Order::Analyze, format!("gather statistics of {table}"), vec![analyze]));
    }
    Ok(steps)
}

/// Whether a value is one that can't be NULL: a literal, or a column of the table that takes none.
fn is_never_null(context: &Context<'_>, table: &QualifiedName, value: &str) -> bool {
    let columns = context.old_table(table).into_iter().flat_map(|table| &table.columns);
    let mut filled = columns.filter(|column| !column.nullable);
    let is_literal = || {
        let tokens = sql_text::tokens(value);
        let first = tokens.first().map(|token| token.kind);
        let is_cast = |text: &str| text.is_empty() || text.starts_with("::");
        matches!(first, Some(TokenKind::Number | TokenKind::Text)) && is_cast(&value[tokens[0].range.end..])
    };
    filled.any(|column| column.name.quoted() == value) || is_literal()
}

/// NOT NULL in stages, so that no scan runs under a strong lock: a check NOT VALID, its validation, SET NOT NULL,
/// which the valid check proves, and the check goes.
fn not_null(table: &QualifiedName, column: &Identifier, place: Place) -> Vec<Step> {
    // Not the name that the server gives to a NOT NULL constraint itself (18), which would have to take another then.
    let check = fitted(&[table.name.as_str(), column.as_str()], "filled");
    let deed = |deed| Deed::Column { table: table.clone(), column: column.clone(), deed };
    let validate = Deed::ValidateConstraint { table: table.clone(), name: check.clone(), references: None };
    let drop = Deed::DropConstraint { table: table.clone(), name: check.clone(), references: None };
    let title = |what: &str| format!("{what} NOT NULL on {table}.{column}");
    vec![
        place
            .step(Order::Constraint, title("announce"), vec![deed(ColumnDeed::AddNotNullCheck(check.clone()))])
            .done_when(Postcondition::Object(ObjectState::ConstraintExists(table.clone(), check.clone()))),
        place
            .step(Order::Validate, title("verify"), vec![validate])
            .done_when(Postcondition::Object(ObjectState::ConstraintValid(table.clone(), check))),
        place
            .step(Order::NotNull, title("set"), vec![deed(ColumnDeed::SetNotNull), drop])
            .done_when(Postcondition::Object(ObjectState::ColumnNotNull(table.clone(), column.clone()))),
    ]
}

/// A constraint or an index on a table that existed before. Where its name is still taken it is built under a derived
/// one and renamed when the name is free.
pub(super) fn constraint(
    context: &Context<'_>,
    table: &QualifiedName,
    constraint: &TableConstraint,
    place: Place,
) -> Vec<Step> {
    let Some(name) = constraint.name().cloned() else { return Vec::new() };
    let occupant = occupant(context, table, constraint, &name);
    let built_as = if occupant.is_some() { name_beside(&name) } else { name.clone() };
    let mut steps = match constraint {
        TableConstraint::Index(_) => vec![index(table, &renamed(constraint, &built_as), place)],
        TableConstraint::Unique(_) => unique(table, &renamed(constraint, &built_as), place),
        TableConstraint::Check(_) | TableConstraint::ForeignKey(_) => {
            staged(table, &renamed(constraint, &built_as), place)
        }
    };
    // Where the one of that name goes in expand, its name goes over there.
    if let Some(part) = occupant.filter(|_| !is_exchanged_in_expand(context, table, constraint)) {
        let title = format!("rename {built_as} to {name}");
        steps.push(Step::contract(part, Order::Rename, title, take_name(context, table, constraint, &name)));
    }
    steps
}

/// The name under which one is built whose own is taken.
pub(super) fn name_beside(name: &Identifier) -> Identifier {
    fitted(&[name.as_str()], "new")
}

/// It takes the name that has become free.
pub(super) fn take_name(
    context: &Context<'_>,
    table: &QualifiedName,
    constraint: &TableConstraint,
    name: &Identifier,
) -> Vec<Deed> {
    let comment = comment(context, table, constraint, name);
    let (table, from, to) = (table.clone(), name_beside(name), name.clone());
    let deed = match constraint {
        TableConstraint::Index(_) => Deed::RenameIndex { table, from, to },
        _ => Deed::RenameConstraint { table, from, to },
    };
    once(deed).chain(comment.map(|comment| Deed::CreateObject(Box::new(comment.clone())))).collect()
}

fn is_exchanged_in_expand(context: &Context<'_>, table: &QualifiedName, added: &TableConstraint) -> bool {
    let old = context.old_table(table).map(constraint::all).unwrap_or_default();
    let mut named = old.iter().filter(|old| old.name() == added.name());
    named.any(|constraint| {
        let old = DropConstraint { table, constraint };
        old.goes_in_expand(context) && old.successors(context).contains(added)
    })
}

/// The comment that goes with the old form of that name, declared or not.
fn comment<'a>(
    context: &Context<'a>,
    table: &QualifiedName,
    constraint: &TableConstraint,
    name: &Identifier,
) -> Option<&'a SqlObject> {
    let key = constraint::comment_key(table, name, matches!(constraint, TableConstraint::Index(_)));
    let undeclared = || {
        let live = context.facts.catalog.objects.get(&key);
        live.filter(|_| !context.from.objects.contains_key(&key))
    };
    context.to.objects.get(&key).or_else(undeclared)
}

/// The part of the contract in which a taken name becomes free; `None` where it is free now.
fn occupant(context: &Context<'_>, table: &QualifiedName, wanted: &TableConstraint, name: &Identifier) -> Option<Part> {
    let is_relation = matches!(wanted, TableConstraint::Index(_) | TableConstraint::Unique(_));
    let old = context.old_table(table)?;
    let same = |other: &Option<Identifier>| other.as_ref() == Some(name);
    let constraints = old.uniques.iter().map(|unique| &unique.name).chain(old.primary_key.iter().map(|key| &key.name));
    if constraints.chain(old.checks.iter().map(|c| &c.name)).chain(old.foreign_keys.iter().map(|k| &k.name)).any(same) {
        return Some(Part::Switch);
    }
    let index = is_relation.then(|| old.indexes.iter().find(|index| same(&index.name)))??;
    let goes = |column: &Identifier| context.new_table(table).is_none_or(|new| new.column(column).is_none());
    let falls_with_a_column = index.keys.iter().filter_map(|key| key.target.column()).any(goes);
    Some(if falls_with_a_column { Part::Switch } else { Part::Clean })
}

/// An index, a key or a sequence can't have the name of one of another table, which has it until its contract.
pub(super) fn refuse_taken_name(
    context: &Context<'_>,
    table: &QualifiedName,
    name: &QualifiedName,
) -> Result<(), Vec<Obstacle>> {
    let before = context.new_table(table).and_then(|new| new.renamed_from.as_ref());
    let is_another = |other: &&Table| other.name != *table && Some(&other.name) != before;
    // What is asked about first: a table that goes without consent may have been renamed.
    let stands = |other: &&Table| {
        context.new_table(&other.name).is_some()
            || context.answers.allows(&format!("drop:{}", short_name(&other.name, None)))
    };
    let Some(other) = context.owners.owner(name).filter(is_another).filter(stands) else { return Ok(()) };
    let what = format!(
        "{} has one of that name, and keeps it until the contract: choose another name, or make this change in the next migration",
        other.name
    );
    Err(vec![Obstacle::Unhandled { object: format!("{} of {table}", name.name), what }])
}

/// The part of the contract in which the name of an index becomes free, whichever table has it now; `None` where it is.
pub(super) fn occupied(context: &Context<'_>, table: &QualifiedName, name: &Identifier) -> Option<Part> {
    let other = context.owners.owner(&table.sibling(name.clone()))?;
    let is_relation = |own: &TableConstraint| matches!(own, TableConstraint::Index(_) | TableConstraint::Unique(_));
    let found = constraint::all(other).into_iter().filter(is_relation).find(|own| own.name() == Some(name));
    let is_key = other.primary_key.as_ref().is_some_and(|key| key.name.as_ref() == Some(name));
    match found {
        Some(_) if context.new_table(&other.name).is_none() => Some(Part::Switch),
        Some(own) => occupant(context, &other.name, &own, name),
        None => is_key.then_some(Part::Switch),
    }
}

fn renamed(constraint: &TableConstraint, name: &Identifier) -> TableConstraint {
    let mut constraint = constraint.clone();
    match &mut constraint {
        TableConstraint::Unique(unique) => unique.name = Some(name.clone()),
        TableConstraint::Check(check) => check.name = Some(name.clone()),
        TableConstraint::ForeignKey(key) => key.name = Some(name.clone()),
        TableConstraint::Index(index) => index.name = Some(name.clone()),
    }
    constraint
}

fn index(table: &QualifiedName, constraint: &TableConstraint, place: Place) -> Step {
    let TableConstraint::Index(index) = constraint else { unreachable!("only called with an index") };
    let name = index.name.clone().unwrap_or_else(|| fitted(&[table.name.as_str()], "idx"));
    let deed = Deed::CreateIndex { table: table.clone(), index: index.clone(), concurrently: true };
    place
        .step(Order::Index, format!("create index {name} on {table}"), vec![deed])
        .outside_transaction()
        .done_when(Postcondition::Object(ObjectState::IndexValid(table.sibling(name))))
}

/// The index that stands behind a key.
pub(super) fn behind_key(
    name: &Identifier,
    columns: &[Identifier],
    include: &[Identifier],
    nulls_not_distinct: bool,
) -> Index {
    Index {
        name: Some(name.clone()),
        unique: true,
        method: "btree".to_owned(),
        keys: columns.iter().cloned().map(IndexKey::column).collect(),
        include: include.to_vec(),
        predicate: None,
        nulls_not_distinct,
        with: Vec::new(),
        invalid: false,
    }
}

/// A unique index built concurrently, and the constraint made of it at once.
fn unique(table: &QualifiedName, constraint: &TableConstraint, place: Place) -> Vec<Step> {
    let TableConstraint::Unique(unique) = constraint else { unreachable!("only called with a unique constraint") };
    let name = unique.name.clone().unwrap_or_else(|| fitted(&[table.name.as_str()], "key"));
    let behind = behind_key(&name, &unique.columns, &unique.include, unique.nulls_not_distinct);
    let attach = Deed::UniqueUsingIndex { table: table.clone(), unique: unique.clone(), index: name.clone() };
    vec![
        index(table, &TableConstraint::Index(behind), place),
        place
            .step(Order::Unique, format!("make {name} a unique constraint of {table}"), vec![attach])
            .done_when(Postcondition::Object(ObjectState::ConstraintValid(table.clone(), name))),
    ]
}

/// NOT VALID first, which takes a lock for a moment; validation next, which blocks nobody.
fn staged(table: &QualifiedName, constraint: &TableConstraint, place: Place) -> Vec<Step> {
    let name = constraint.name().cloned().unwrap_or_else(|| fitted(&[table.name.as_str()], "check"));
    let references = match constraint {
        TableConstraint::ForeignKey(key) => Some(key.references.clone()),
        _ => None,
    };
    let add = Deed::AddConstraint { table: table.clone(), constraint: constraint.clone(), not_valid: true };
    let validate = Deed::ValidateConstraint { table: table.clone(), name: name.clone(), references };
    let announce = place
        .step(Order::Constraint, format!("add {} {name} to {table}", constraint.kind()), vec![add])
        .done_when(Postcondition::Object(ObjectState::ConstraintExists(table.clone(), name.clone())));
    if constraint.is_not_valid() {
        return vec![announce];
    }
    vec![
        announce,
        place
            .step(Order::Validate, format!("validate {name} of {table}"), vec![validate])
            .done_when(Postcondition::Object(ObjectState::ConstraintValid(table.clone(), name))),
    ]
}
