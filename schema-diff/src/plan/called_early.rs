//! What calls a function before its new form is there would be computed by the old one, or fail, or stand in the way when
//! that goes: nothing in the catalog tells the values of the one from those of the other afterwards.

use std::collections::BTreeSet;

use schema_model::{Expression, ObjectKind, SqlObject};

use super::Context;
use super::answer::Obstacle;
use super::group::Group;
use super::operations::{bodies_of, names_in_text};
use super::step::{ColumnDeed, Deed};
use super::sync::{Form, Sync, SyncKind};
use crate::change::TableConstraint;
use crate::phase::Phase;

/// When something is done: whether in the contract, in which migration, step and deed. What is open of several migrations
/// waits for the contract together.
type Moment = (bool, usize, usize, usize);

/// A function that gets a new form.
struct Arrival<'a> {
    function: &'a SqlObject,
    when: Moment,
    /// Whether it is another one to the server, to which what calls the old one doesn't come along.
    is_another: bool,
}

/// What a deed calls by its expressions.
struct Call<'a> {
    texts: Vec<&'a str>,
    /// Whether it is only called for what is written later.
    is_for_later: bool,
}

/// What is in the way of such an order.
pub(crate) fn obstacles(groups: &[Group], context: &Context<'_>) -> Vec<Obstacle> {
    let arrivals: Vec<Arrival<'_>> = deeds(groups).filter_map(|(when, _, deed)| arrival(when, deed, context)).collect();
    if arrivals.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (when, title, deed) in deeds(groups) {
        let Some(call) = call(deed) else { continue };
        let is_early = |arrival: &&Arrival<'_>| {
            let is_late = when < arrival.when;
            is_late && (arrival.is_another || !call.is_for_later || when.0 != arrival.when.0)
        };
        let early: Vec<&SqlObject> = arrivals.iter().filter(is_early).map(|arrival| arrival.function).collect();
        let Some(function) = reached(&call.texts, &early, context) else { continue };
        let obstacle = Obstacle::Unhandled {
            object: title.to_owned(),
            what: format!(
                "it calls {}, whose new form comes only later in this plan: change the function in a migration before, or make this in one after",
                function.name
            ),
        };
        if !found.contains(&obstacle) {
            found.push(obstacle);
        }
    }
    found
}

fn deeds(groups: &[Group]) -> impl Iterator<Item = (Moment, &str, &Deed)> {
    let steps =
        groups.iter().enumerate().flat_map(|(group, one)| one.steps.iter().enumerate().map(move |at| (group, at)));
    steps.flat_map(|(group, (at, step))| {
        let is_late = step.phase == Phase::Contract;
        step.deeds.iter().enumerate().map(move |(nth, deed)| ((is_late, group, at, nth), step.title.as_str(), deed))
    })
}

fn arrival<'a>(when: Moment, deed: &'a Deed, context: &Context<'_>) -> Option<Arrival<'a>> {
    let (Deed::CreateObject(function) | Deed::ReplaceObject { to: function, .. }) = deed else { return None };
    let stays = |old: &SqlObject| function.keeps_its_place(old);
    let is_another = !context.from.objects.get(&function.key()).is_some_and(stays);
    (function.kind == ObjectKind::Function).then_some(Arrival { function, when, is_another })
}

/// The first of such functions that a text calls, by itself or over the bodies of others.
fn reached<'a>(texts: &[&str], functions: &[&'a SqlObject], context: &Context<'_>) -> Option<&'a SqlObject> {
    if functions.is_empty() {
        return None;
    }
    let all = || context.to.objects.values().filter(|object| object.kind == ObjectKind::Function);
    let calls = |texts: &[&str], function: &SqlObject| texts.iter().any(|text| names_in_text(text, function));
    let mut open: Vec<&SqlObject> = all().filter(|function| calls(texts, function)).collect();
    let mut seen = BTreeSet::new();
    while let Some(next) = open.pop() {
        let key = next.key();
        if let Some(function) = functions.iter().find(|function| function.key() == key) {
            return Some(function);
        }
        if seen.insert(key) {
            let texts: Vec<&str> = bodies_of(next).collect();
            open.extend(all().filter(|function| next.needs.contains(&function.key()) || calls(&texts, function)));
        }
    }
    None
}

fn call(deed: &Deed) -> Option<Call<'_>> {
    let now = |texts: Vec<_>| Call { texts, is_for_later: false };
    let later = |texts: Vec<_>| Call { texts, is_for_later: true };
    Some(match deed {
        Deed::Fill(fill) => now(fill.assignments.iter().map(|one| one.value.as_str()).collect()),
        Deed::CreateSync(sync) => later(values(sync)),
        Deed::CreateTable(table) => later(table.expressions().map(Expression::canonical).collect()),
        Deed::Column { deed: ColumnDeed::Add { column, bare, .. }, .. } => {
            let default = column.default.iter().filter(|_| !bare);
            now(default.chain(&column.generated).map(Expression::canonical).collect())
        }
        Deed::Column { deed: ColumnDeed::SetDefault(default), .. } => later(vec![default.canonical()]),
        Deed::CreateIndex { index, .. } | Deed::CreatePartitionedIndex { index, .. } => {
            now(index.expressions().chain(&index.predicate).map(Expression::canonical).collect())
        }
        Deed::AddConstraint { constraint: TableConstraint::Check(check), .. } => {
            now(vec![check.expression.canonical()])
        }
        _ => return None,
    })
}

fn values(sync: &Sync) -> Vec<&str> {
    match &sync.kind {
        SyncKind::TwoWay(way) => way.old.iter().chain(&way.new).map(|form: &Form| form.value.as_str()).collect(),
        SyncKind::Fill { value, .. } => vec![value],
        SyncKind::Computed(computed) => vec![&computed.value],
    }
}
