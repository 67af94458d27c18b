//! What the bodies of functions read is known to nobody but their text: a new body comes when the column that it names is
//! there, filled, or exchanged, and what leans on the function comes with it.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::{ObjectKind, QualifiedName, SqlObject};

use super::compiled::may_read;
use super::object::late_part;
use super::swap_column::SwapColumn;
use crate::change::{Change, ColumnChange};
use crate::diff::object::with_leaning;
use crate::phase::{Part, Phase};
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::step::{Deed, Order, Step};
use crate::plan::{Context, Planned};

/// When a body comes, and the tables that it waits for.
#[derive(Clone)]
struct Waiting {
    phase: Phase,
    tables: Vec<QualifiedName>,
}

/// Puts functions behind the columns that their new bodies name, and triggers and views behind such functions.
pub(crate) fn wait_for_what_they_read(planned: &mut [Planned], context: &Context<'_>, swaps: &[SwapColumn<'_>]) {
    let functions = planned.iter().filter_map(|one| {
        let function = new_form(&one.change).filter(|object| object.kind == ObjectKind::Function)?;
        Some((function.key(), waits_for(&one.change, function, context, swaps)?))
    });
    let waiting: BTreeMap<String, Waiting> = functions.collect();
    let leaning: Vec<(&Waiting, [BTreeSet<&String>; 2])> = waiting
        .iter()
        .map(|(key, waiting)| {
            (waiting, [context.from, context.to].map(|side| with_leaning(side, |object| object.key() == *key)))
        })
        .collect();
    let made = context.changes.iter().filter(|change| swaps.iter().any(|swap| swap.makes(change, context)));
    let exchanged: BTreeSet<String> = made.filter_map(|change| change.object().map(SqlObject::key)).collect();
    for one in planned {
        let Some(key) = one.change.object().map(SqlObject::key) else { continue };
        let with_it = leaning.iter().filter(|(_, sides)| sides.iter().any(|side| side.contains(&key)));
        one.reads.extend(with_it.flat_map(|(waiting, _)| waiting.tables.iter().cloned()));
        let Some(object) = new_form(&one.change) else { continue };
        let on_it = leaning.iter().filter(|(_, [_, then])| then.contains(&key)).map(|(waiting, _)| *waiting);
        let Some(last) = on_it.max_by_key(|waiting| waiting.phase) else { continue };
        let name = object.name.clone();
        let part = late_part(object, context);
        for step in one.steps.iter_mut().filter(|step| step.phase < last.phase) {
            postpone(step, (last.phase, part), &name);
            // Its triggers go and come with the exchange.
            step.deeds.retain(|deed| {
                let Deed::ReplaceObject { from, to } = deed else { return true };
                let change = Change::ReplaceObject { from: from.clone(), to: to.clone() };
                !exchanged.contains(&to.key()) && !swaps.iter().any(|swap| swap.makes(&change, context))
            });
        }
    }
}

fn postpone(step: &mut Step, (phase, part): (Phase, Part), name: &str) {
    match phase {
        Phase::Contract => {
            step.put_into_the_switch();
            step.part = Some(part);
            // What goes for it goes before.
            if let Order::Early(place) = step.order {
                step.order = Order::Late(place);
            }
            let text = format!("the new release meets no new form of {name} until the contract");
            step.hazards.push(Hazard::new(HazardKind::ValueRange, text));
        }
        phase => step.phase = phase,
    }
}

fn new_form(change: &Change) -> Option<&SqlObject> {
    change.object().filter(|_| !matches!(change, Change::DropObject(_)))
}

fn waits_for(
    change: &Change,
    function: &SqlObject,
    context: &Context<'_>,
    swaps: &[SwapColumn<'_>],
) -> Option<Waiting> {
    let is_run_by = |trigger: &Change| {
        new_form(trigger).is_some_and(|one| one.kind == ObjectKind::Trigger && one.needs.contains(&function.key()))
    };
    let with_its_trigger =
        |swap: &SwapColumn<'_>| context.changes.iter().any(|one| is_run_by(one) && swap.makes(one, context));
    let awaited = swaps.iter().filter(|swap| swap.is_read_by(change, context) || with_its_trigger(swap));
    let swapped: Vec<QualifiedName> = awaited.map(|swap| swap.table.clone()).collect();
    if !swapped.is_empty() {
        return Some(Waiting { phase: Phase::Contract, tables: swapped });
    }
    let objects: Vec<&SqlObject> = context.to.objects.values().collect();
    let coming = context.changes.iter().filter_map(|change| match change {
        Change::Column { table, change: ColumnChange::Rename { to, .. } } => Some((table, &to.name)),
        Change::Column { table, change: ColumnChange::Add(column) } => Some((table, &column.name)),
        _ => None,
    });
    let read: Vec<_> = coming.filter(|(table, column)| may_read(function, table, column, &objects)).collect();
    let is_filled = context.filled_columns().any(|filled| read.contains(&filled));
    let tables: Vec<QualifiedName> = read.into_iter().map(|(table, _)| table.clone()).collect();
    let phase = if is_filled { Phase::Backfill } else { Phase::Expand };
    (!tables.is_empty()).then_some(Waiting { phase, tables })
}
