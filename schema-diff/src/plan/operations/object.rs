//! Views, functions, triggers and everything else that is declared as SQL: made in expand, removed in the contract. What is
//! declared in another form is replaced: see `replace_object`.

use std::collections::BTreeSet;
use std::sync::Arc;

use schema_model::{Catalog, Column, Expression, Identifier, ObjectKind, QualifiedName, SqlObject, Table, sql_text};

use super::new_form::Place;
use super::partitioned::comes_in_the_switch;
use super::replace_object::awaits_a_late_form;
use super::said_of;
use crate::diff::object::{is_dropped, with_leaning};
use crate::diff::table::is_right_to_what_goes;
use crate::phase::{Part, Phase};
use crate::plan::Context;
use crate::plan::answer::{Consent, Obstacle};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::object_order::{creation_order, is_early, own_sequence};
use crate::plan::operation::{Operation, Steps};
use crate::plan::step::{Deed, Order, Step};

pub(super) struct AddObject<'a>(pub(super) &'a SqlObject);

impl Operation for AddObject<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        refuse_what_cannot_be_made(self.0, "it isn't there")?;
        let title = format!("create {} {}", self.0.kind, self.0.name);
        let deed = Deed::CreateObject(Box::new(self.0.clone()));
        if locks_for_long(self.0, context) {
            return exclusion(self.0, context, title, deed);
        }
        if self.0.table.as_ref().is_some_and(|table| comes_in_the_switch(table, context)) {
            return Ok(vec![made_in_the_switch(self.0, context)]);
        }
        if awaits_a_late_form(self.0, context) || said_of::awaits_a_late_name(self.0, context) {
            return Ok(made_late(self.0, context));
        }
        match said_of::place(self.0, context) {
            Some(Place::Tighten) => return Ok(vec![made_in_the_switch(self.0, context)]),
            Some(Place::EndOfBackfill) => {
                let order = order(self.0, context.to);
                return Ok(vec![Step::new(Phase::Backfill, order, title, vec![deed])]);
            }
            Some(Place::Expand) | None => {}
        }
        // The view that has another name of a table gets the privileges that this has by then.
        let is_behind_a_view = self.0.table.as_ref().is_some_and(|table| context.late_name(table).is_some());
        let order = match self.0.kind {
            ObjectKind::Privileges if is_behind_a_view => Order::Attribute,
            _ => order(self.0, context.to),
        };
        Ok(vec![Step::new(phase(self.0, context), order, title, vec![deed])])
    }
}

/// When it is made: what reads a column that is filled comes behind the backfill, or it would show rows without values;
/// and so does what leans on that.
pub(super) fn phase(object: &SqlObject, context: &Context<'_>) -> Phase {
    let filled: BTreeSet<String> =
        context.filled_columns().map(|(table, column)| format!("column {table}.{column}")).collect();
    let mut seen = BTreeSet::new();
    if reads(object, &filled, context, &mut seen) { Phase::Backfill } else { Phase::Expand }
}

fn reads<'a>(
    object: &'a SqlObject,
    columns: &BTreeSet<String>,
    context: &Context<'a>,
    seen: &mut BTreeSet<&'a String>,
) -> bool {
    object.needs.iter().any(|need| {
        columns.contains(need)
            || seen.insert(need)
                && context.to.objects.get(need).is_some_and(|below| reads(below, columns, context, seen))
    })
}

pub(super) struct DropObject<'a>(pub(super) &'a SqlObject);

impl Operation for DropObject<'_> {
    fn steps(&self, context: &Context<'_>) -> Steps {
        let object = self.0;
        if object.drop.is_empty() {
            return Err(vec![unhandled(object, "it is no longer declared, and removing it is not handled yet")]);
        }
        // What is set on something bears the name of that.
        let flag = match object.kind {
            ObjectKind::Privileges | ObjectKind::RowSecurity => format!("drop:{}", object.key()),
            _ => format!("drop:{}", object.name),
        };
        if needs_consent(object, context) && !context.answers.allows(&flag) {
            let text = format!("the {} {} is no longer declared", object.kind, object.name);
            return Err(vec![Obstacle::Consent(Consent { flag, text })]);
        }
        if goes_along(object, context) || said_of::falls_with_a_constraint(object, context) {
            return Ok(Vec::new());
        }
        let title = format!("drop {} {}", object.kind, object.name);
        let deeds = vec![Deed::DropObject(Box::new(object.clone()))];
        // An index that uses it goes behind the switch.
        let is_in_indexes = match object.kind {
            // What leans on something that goes in the switch must go before that.
            ObjectKind::Function => {
                object.needs.is_empty() && users(object, context).any(|one| is_in_an_index(one, object))
            }
            _ => is_of_text_search(object) && users(object, context).next().is_some(),
        };
        let part = if is_in_indexes { Part::Clean } else { Part::Switch };
        Ok(vec![Step::contract(part, drop_order(object, context.from), title, deeds)])
    }
}

/// What is declared and leans on a column, and on what does.
pub(super) fn leaning_on<'a>(
    context: &Context<'a>,
    table: &QualifiedName,
    column: &Identifier,
) -> impl Iterator<Item = &'a SqlObject> {
    let column = format!("column {table}.{column}");
    let keys = with_leaning(context.from, |object| object.needs.contains(&column));
    keys.into_iter().filter_map(|key| context.from.objects.get(key))
}

/// One that must go and come because what it leans on is exchanged.
pub(super) fn remade(old: &SqlObject, new: &SqlObject, context: &Context<'_>) -> [Step; 2] {
    let place = position(&old.key(), context.from);
    let drop = vec![Deed::DropObject(Box::new(old.clone()))];
    let mut create = vec![Deed::CreateObject(Box::new(new.clone()))];
    create.extend(kept(old, context));
    let (kind, name) = (old.kind, &old.name);
    let order = drop_order(old, context.from);
    [
        Step::contract(Part::Switch, order, format!("drop {kind} {name} for a moment"), drop),
        Step::contract(Part::Switch, Order::Late(place), format!("make {kind} {name} anew"), create)
            .with_hazards(lateness(new, context)),
    ]
}

/// What is said of a new form that is there only from the switch on.
pub(super) fn lateness(new: &SqlObject, context: &Context<'_>) -> Option<Hazard> {
    let hazard = match context.from.objects.get(&new.key()) {
        None => {
            let text = format!("the new release finds no {} until the contract", new.name);
            Hazard::new(HazardKind::ValueRange, text)
        }
        Some(old) if !old.same_as(new) => old_form_until_then(new),
        Some(_) => return None,
    };
    (!new.kind.is_said_of_another()).then_some(hazard)
}

pub(super) fn old_form_until_then(new: &SqlObject) -> Hazard {
    let text = format!("the new release meets the old form of {} until the contract", new.name);
    Hazard::new(HazardKind::ValueRange, text)
}

/// One that can be made only when what it leans on is there.
pub(super) fn made_late(object: &SqlObject, context: &Context<'_>) -> Vec<Step> {
    vec![made_in_the_switch(object, context).with_hazards(lateness(object, context))]
}

fn made_in_the_switch(object: &SqlObject, context: &Context<'_>) -> Step {
    let late = Order::Late(position(&object.key(), context.to));
    let new = Box::new(object.clone());
    let deed = match context.from.objects.get(&object.key()) {
        None => Deed::CreateObject(new),
        Some(old) => Deed::ReplaceObject { from: Box::new(old.clone()), to: new },
    };
    let title = format!("create {} {}", object.kind, object.name);
    Step::contract(late_part(object, context), late, title, vec![deed])
}

/// The part of the contract in which something is made that can't be before: building a new materialised view takes as long
/// as its query, and nobody is to wait for that; what leans on one comes behind it.
pub(super) fn late_part(object: &SqlObject, context: &Context<'_>) -> Part {
    let is_built =
        |one: &SqlObject| one.kind == ObjectKind::MaterializedView && !context.from.objects.contains_key(&one.key());
    let (mut open, mut seen) = (vec![object], BTreeSet::new());
    while let Some(one) = open.pop() {
        if is_built(one) {
            return Part::Clean;
        }
        let below = one.needs.iter().filter(|key| seen.insert(*key));
        open.extend(below.filter_map(|key| context.to.objects.get(key)));
    }
    Part::Switch
}

/// What nobody has declared on something that is dropped and made anew: who may use it, its comments, and whose it is.
pub(super) fn kept(object: &SqlObject, context: &Context<'_>) -> Vec<Deed> {
    let key = object.key();
    let live = context.facts.catalog.objects.values();
    let on_it = live.filter(|one| one.kind.is_said_of_another() && one.needs.contains(&key));
    let undeclared = on_it.filter(|one| {
        let key = one.key();
        !context.from.objects.contains_key(&key) && !context.to.objects.contains_key(&key)
    });
    let owner = context.facts.owners.get(&key);
    undeclared.chain(owner).map(|one| Deed::CreateObject(Box::new(one.clone()))).collect()
}

/// Whether it leans on something that is dropped, to be made anew or not: then nothing can be built beside it before.
pub(super) fn leans_on_what_goes(object: &SqlObject, context: &Context<'_>) -> bool {
    let mut below = object.needs.iter().filter_map(|key| context.from.objects.get(key));
    below.any(|one| is_dropped(one, context.to) || leans_on_what_goes(one, context))
}

/// Whether something that it leans on is dropped and made anew, or something that leans on it is: then all of them go
/// and come in the switch, in the order of their needs.
pub(super) fn is_remade_with_others(object: &SqlObject, context: &Context<'_>) -> bool {
    let key = object.key();
    let mut below = object.needs.iter().filter_map(|key| context.from.objects.get(key));
    let above = || context.from.objects.values().filter(|other| other.needs.contains(&key));
    let keeps_its_place = context.to.objects.get(&key).is_some_and(|new| new.keeps_its_place(object));
    is_dropped(object, context.to) && above().next().is_some()
        || below.any(|one| is_dropped(one, context.to))
        || !keeps_its_place && above().any(|one| is_dropped(one, context.to))
}

pub(super) fn unhandled(object: &SqlObject, what: &str) -> Obstacle {
    Obstacle::Unhandled {
        object: format!("{} {}", object.kind, object.name),
        what: format!("{what}; write it by hand (cargo schema new)"),
    }
}

pub(super) fn refuse_what_cannot_be_made(object: &SqlObject, what: &str) -> Result<(), Vec<Obstacle>> {
    if object.create.is_empty() {
        return Err(vec![unhandled(object, &format!("{what}, and making it is not handled yet"))]);
    }
    Ok(())
}

/// A type can't be dropped and made anew while columns have it.
pub(super) fn refuse_types_in_use(object: &SqlObject, side: &Catalog) -> Result<(), Vec<Obstacle>> {
    if !matches!(object.kind, ObjectKind::Domain | ObjectKind::CompositeType | ObjectKind::RangeType) {
        return Ok(());
    }
    let name = schema_model::split_dotted(&object.name);
    let has_it = |column: &Column| {
        let own = column.sql_type.qualified_name();
        own.is_some_and(|own| name == [own.namespace.as_str(), own.name.as_str()])
    };
    let users: Vec<String> = side
        .tables
        .values()
        .flat_map(|table| {
            table.columns.iter().filter(|column| has_it(column)).map(|c| format!("{}.{}", table.name, c.name))
        })
        .collect();
    if users.is_empty() {
        return Ok(());
    }
    let what = format!("it differs while {} has this type, and changing it is not handled yet", users.join(", "));
    Err(vec![unhandled(object, &what)])
}

/// A function can't be dropped and made anew while a table that stays computes by it.
pub(super) fn refuse_functions_in_use(
    old: &SqlObject,
    new: &SqlObject,
    context: &Context<'_>,
) -> Result<(), Vec<Obstacle>> {
    if old.kind != ObjectKind::Function || new.keeps_its_place(old) && !is_remade_with_others(old, context) {
        return Ok(());
    }
    // A default or a column that goes, and an index, do so behind.
    let in_use = |table: &&Arc<Table>| {
        let new = context.new_table(&table.name);
        new.is_some_and(|new| may_use(new, old) || may_use(table, old))
    };
    let Some(table) = context.from.tables.values().find(in_use) else { return Ok(()) };
    let why = match new.keeps_its_place(old) {
        true => "what it leans on must be dropped and made anew, and so must it",
        false => "its new form has another result or other argument names, for which the server wants it dropped first",
    };
    let what = format!(
        "{why}, and {} uses it in a default, an index, a check or a computed column: give the new form another name, and use that",
        table.name
    );
    Err(vec![unhandled(old, &what)])
}

/// What indexes search texts by can't be dropped while they do; whether they still hold the right words after a change of
/// it, nobody knows but its author.
pub(super) fn refuse_text_search_in_use(object: &SqlObject, context: &Context<'_>) -> Result<(), Vec<Obstacle>> {
    let stays = |table: &&Table| {
        let new = context.new_table(&table.name);
        new.is_some_and(|new| with_users(object, context.to).iter().any(|object| may_use(new, object)))
    };
    let Some(table) = users(object, context).find(stays).filter(|_| is_of_text_search(object)) else { return Ok(()) };
    let what = format!(
        "it differs while {} uses it: a change (ALTER TEXT SEARCH) leaves indexes and columns as they are, so what they hold is to be made anew",
        table.name
    );
    Err(vec![unhandled(object, &what)])
}

fn is_of_text_search(object: &SqlObject) -> bool {
    object.kind == ObjectKind::Other && object.name.starts_with("text search ")
}

/// The tables that may use an object, as they are, or what leans on it.
fn users<'a>(object: &'a SqlObject, context: &Context<'a>) -> impl Iterator<Item = &'a Table> {
    let objects = with_users(object, context.from);
    let tables = context.from.tables.values().map(|table| &**table);
    tables.filter(move |table| objects.iter().any(|object| may_use(table, object)))
}

/// An object with those that lean on it.
fn with_users<'a>(object: &SqlObject, catalog: &'a Catalog) -> Vec<&'a SqlObject> {
    let key = object.key();
    with_leaning(catalog, |one| one.key() == key).into_iter().filter_map(|key| catalog.objects.get(key)).collect()
}

/// Whether an expression, a type or a collation of the table names the object, or another one of its bare name.
pub(in crate::plan) fn may_use(table: &Table, object: &SqlObject) -> bool {
    let Some(name) = bare_name(object) else { return false };
    if object.kind == ObjectKind::Collation {
        let of_keys = table.indexes.iter().flat_map(|index| &index.keys).filter_map(|key| key.collation.as_ref());
        let of_columns = table.columns.iter().filter_map(|column| column.collation.as_ref());
        let mut used = of_columns.chain(of_keys).filter_map(|used| schema_model::split_dotted(used).pop());
        return used.any(|used| used == name);
    }
    let names_it = |expression: &Expression| names_in_text(expression.canonical(), object);
    table.columns.iter().any(|column| column.sql_type.name == name) || table.expressions().any(names_it)
}

/// Whether a text names the object, or another one of its bare name; a function is called.
pub(in crate::plan) fn names_in_text(text: &str, object: &SqlObject) -> bool {
    let Some(name) = bare_name(object) else { return false };
    let is_it = |token: &str| {
        let text = token.trim_start_matches('E').trim_matches('\'');
        sql_text::unquoted(token) == name || schema_model::split_dotted(text).pop().as_ref() == Some(&name)
    };
    let tokens = sql_text::meaning(text);
    let is_called = |at: usize| object.kind != ObjectKind::Function || tokens.get(at + 1) == Some(&"(");
    tokens.iter().enumerate().any(|(at, token)| is_it(token) && is_called(at))
}

/// The name by which an expression knows it; none where none does.
fn bare_name(object: &SqlObject) -> Option<String> {
    let kinds = [
        ObjectKind::Function,
        ObjectKind::Domain,
        ObjectKind::CompositeType,
        ObjectKind::RangeType,
        ObjectKind::Collation,
    ];
    let is_named = kinds.contains(&object.kind) || is_of_text_search(object);
    let bare = object.name.split('(').next().unwrap_or_default();
    schema_model::split_dotted(bare).pop().filter(|_| is_named)
}

/// Whether an index of the table calls a function.
fn is_in_an_index(table: &Table, function: &SqlObject) -> bool {
    let indexed = Table { indexes: table.indexes.clone(), ..Table::new(table.name.clone()) };
    may_use(&indexed, function)
}

/// What the server can only make under a lock that keeps everybody out, for as long as it reads the whole table.
pub(super) fn locks_for_long(object: &SqlObject, context: &Context<'_>) -> bool {
    let on_existing = object.table.as_ref().is_some_and(|table| context.old_table(table).is_some());
    object.kind == ObjectKind::Exclusion && on_existing
}

/// An exclusion constraint has no form that is not valid yet, and takes no index that is there.
pub(super) fn exclusion(object: &SqlObject, context: &Context<'_>, title: String, deed: Deed) -> Steps {
    let text = format!(
        "the server builds the index of {} {} and checks every row under a lock that blocks readers and writers of its table",
        object.kind, object.name
    );
    let flag = format!("lock:{}", object.name);
    if !context.answers.allows(&flag) {
        return Err(vec![Obstacle::Consent(Consent { flag, text })]);
    }
    let old = object.table.as_ref().and_then(|table| context.old_table(table));
    let is_old = |need: &String| {
        let columns = old.into_iter().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
        let mut keys = columns.map(|(table, column)| format!("column {}.{}", table.name, column.name));
        !need.starts_with("column ") || keys.any(|key| key == *need)
    };
    // The old release may write what it forbids, unless it knows nothing of a column.
    let step = match object.needs.iter().all(is_old) {
        true => Step::contract(Part::Tighten, Order::Constraint, title, vec![deed]),
        false => Step::new(Phase::Backfill, Order::Constraint, title, vec![deed]),
    };
    Ok(vec![step.with_hazards([Hazard::new(HazardKind::Lock, text)])])
}

/// What holds rows or is used by queries; a comment or a setting is no loss.
fn needs_consent(object: &SqlObject, context: &Context<'_>) -> bool {
    let soft = matches!(object.kind, ObjectKind::Comment | ObjectKind::Setting | ObjectKind::ReplicaIdentity);
    !soft && !goes_along(object, context)
}

/// Whether it goes with its table, as a privilege with its column, or with the sequence of a column, which may take it along
/// under another name.
fn goes_along(object: &SqlObject, context: &Context<'_>) -> bool {
    if own_sequence(object, context.from).is_some() {
        let sequence = object.name.split_once(' ').map_or("", |(_, name)| name);
        let is_there = context.to.objects.contains_key(&format!("{} {sequence}", ObjectKind::Sequence));
        return !is_there && own_sequence(object, context.to).is_none();
    }
    let Some(old) = object.table.as_ref().and_then(|table| context.old_table(table)) else { return false };
    let Some(new) = context.new_table(&old.name) else { return true };
    is_right_to_what_goes(object, old, new)
}

pub(super) fn order(object: &SqlObject, catalog: &Catalog) -> Order {
    if object.kind == ObjectKind::Namespace {
        return Order::Namespace;
    }
    let place = position(&object.key(), catalog);
    if is_early(object, catalog) { Order::Early(place) } else { Order::Late(place) }
}

pub(super) fn drop_order(object: &SqlObject, catalog: &Catalog) -> Order {
    if object.kind == ObjectKind::Namespace {
        return Order::DropNamespace;
    }
    if is_early(object, catalog) {
        return Order::DropEarly(std::cmp::Reverse(position(&object.key(), catalog)));
    }
    Order::DropObject(std::cmp::Reverse(position(&object.key(), catalog)))
}

pub(super) fn position(key: &str, catalog: &Catalog) -> usize {
    creation_order(catalog).iter().position(|other| *other == key).unwrap_or(usize::MAX)
}
