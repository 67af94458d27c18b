//! Turns changes into steps by phase. Nothing here knows a dialect; SQL comes from rendering.

pub mod answer;
pub(crate) mod called_early;
mod context;
pub mod group;
pub mod hazard;
pub(crate) mod name;
pub(crate) mod object_order;
mod operation;
mod operations;
pub mod source;
pub mod step;
pub mod sync;
mod undo;

use schema_model::{Partition, Partitioning, QualifiedName};

use crate::change::Change;
use crate::diff::{Differences, Unhandled, diff};
use answer::{Choice, Obstacle};
use operations::on_partitions;
use operations::swap_column::{self, SwapColumn};
use operations::swap_enum::{self, SwapEnum};
use operations::{behind_view, bodies};
use step::{Deed, Step};

pub use context::{Context, Owners};
pub use name::name_declared;
pub use undo::undo;

/// A change with the steps that make it.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The change.
    pub change: Change,
    /// The change that was asked for, where this one is a part of it.
    pub part_of: Option<Change>,
    /// Tables that it is about though nothing in the catalog says so.
    pub reads: Vec<QualifiedName>,
    /// Its steps, in no order yet.
    pub steps: Vec<Step>,
    /// Other ways of making it.
    pub alternatives: Vec<Choice>,
}

/// Plans every change; all obstacles are collected, not only the first.
pub fn plan(context: &Context<'_>) -> Result<Vec<Planned>, Vec<Obstacle>> {
    let mut obstacles = Vec::new();
    let enums = swap_enum::all(context);
    let swaps = swap_column::all(context, &enums);
    let mut planned = if swaps.is_empty() && enums.is_empty() {
        plan_changes(context, &mut obstacles)
    } else {
        plan_with_swaps(context, &swaps, &enums, &mut obstacles)
    };
    bodies::wait_for_what_they_read(&mut planned, context, &swaps);
    if obstacles.is_empty() { Ok(planned) } else { Err(obstacles) }
}

fn plan_changes(context: &Context<'_>, obstacles: &mut Vec<Obstacle>) -> Vec<Planned> {
    let mut planned = Vec::new();
    let views = behind_view::all(context);
    for change in context.changes.iter().filter(|change| !views.iter().any(|view| view.brings(change))) {
        let refused = refuse_partitions(change, context);
        let operation = operations::operation_for(change);
        let steps = match refused.or_else(|| views.iter().find_map(|view| view.refuse(change))) {
            Some(obstacle) => Err(vec![obstacle]),
            None => operation.steps(context).and_then(|steps| on_partitions(change, steps, context)),
        };
        let steps = steps.and_then(|steps| match views.iter().find_map(|view| view.refuse_steps(change, &steps)) {
            Some(obstacle) => Err(vec![obstacle]),
            None => Ok(steps),
        });
        match steps {
            Ok(mut steps) => {
                on_partitions::lock_what_is_referenced(&mut steps, context);
                let alternatives = operation.alternatives(context);
                planned.push(Planned { change: change.clone(), part_of: None, reads: Vec::new(), steps, alternatives });
            }
            Err(found) => add_new(obstacles, found),
        }
    }
    planned
}

/// Two changes of one table ask the same question once.
fn add_new(obstacles: &mut Vec<Obstacle>, found: Vec<Obstacle>) {
    for obstacle in found {
        if !obstacles.contains(&obstacle) {
            obstacles.push(obstacle);
        }
    }
}

/// Plans as if the new forms were columns of their own, and exchanges the names behind that.
fn plan_with_swaps(
    context: &Context<'_>,
    swaps: &[SwapColumn<'_>],
    enums: &[SwapEnum<'_>],
    obstacles: &mut Vec<Obstacle>,
) -> Vec<Planned> {
    let beside = swap_column::beside(context.to, swaps, enums);
    let Differences { changes, unhandled, questions: _ } = diff(context.from, &beside, context.rename_answers);
    add_new(
        obstacles,
        unhandled.into_iter().map(|Unhandled { object, what }| Obstacle::Unhandled { object, what }).collect(),
    );
    add_new(obstacles, enums.iter().flat_map(|of_enum| of_enum.obstacles(context)).collect());
    let mut stopped = Vec::new();
    for swap in swaps {
        let found = swap.obstacles(context);
        if !found.is_empty() {
            stopped.push(swap);
        }
        add_new(obstacles, found);
    }
    // A new table is the same one, whatever its keys reference meanwhile.
    let is_new_table = |change: &Change| {
        let Change::AddTable(table) = change else { return false };
        context.changes.iter().any(|one| matches!(one, Change::AddTable(asked) if asked.name == table.name))
    };
    // What hangs on a question that is open is in neither.
    let is_asked_for = |change: &Change| {
        context.changes.contains(change)
            || is_new_table(change)
            || matches!(change, Change::Constraint { .. } | Change::SetPrimaryKey { .. })
            || swaps.iter().any(|swap| swap.is_made_by(change))
    };
    let is_late =
        |change: &&Change| matches!(change, Change::RenameTable { from, .. } if context.late_name(from).is_some());
    let late = context.changes.iter().filter(is_late).cloned();
    let changes: Vec<Change> = changes
        .into_iter()
        .chain(late)
        .filter(|change| is_asked_for(change) && !swaps.iter().any(|swap| swap.makes(change, context)))
        .filter(|change| !enums.iter().any(|of_enum| of_enum.makes(change, context)))
        .filter(|change| !stopped.iter().any(|swap| swap.is_made_by(change)))
        .filter(|change| !swaps.iter().any(|swap| swap.is_dropped_by(change)))
        .collect();
    let mut answers = context.answers.clone();
    answers.allowed.extend(swaps.iter().filter_map(|swap| swap.consents(context.answers)));
    let context_beside = Context { to: &beside, changes: &changes, answers: &answers, ..*context };
    let mut planned = plan_changes(&context_beside, obstacles);
    let views = planned.iter_mut().flat_map(|one| &mut one.steps).flat_map(|step| &mut step.deeds);
    for over in views.filter_map(|deed| if let Deed::CreateView(over) = deed { Some(over) } else { None }) {
        swaps.iter().for_each(|swap| swap.show_the_old_form(over));
    }
    for one in planned.iter_mut().filter(|one| !context.changes.contains(&one.change)) {
        let about = [one.change.table()].into_iter().flatten().chain(one.change.references());
        let about: Vec<&QualifiedName> = about.collect();
        let made_by = swaps.iter().find(|swap| swap.is_made_by(&one.change));
        if let Some(swap) = made_by {
            swap.keep_its_name(&mut one.steps, context);
        }
        one.part_of = made_by.or_else(|| swaps.iter().find(|swap| about.contains(&swap.table))).map(SwapColumn::change);
        one.alternatives.clear();
    }
    let exchanges = swaps.iter().map(|swap| (swap.change(), swap.exchange(context)));
    let exchanges = exchanges.chain(enums.iter().map(|of_enum| (of_enum.cause.clone(), of_enum.exchange(context))));
    planned.extend(exchanges.map(|(change, steps)| Planned {
        change,
        part_of: None,
        reads: Vec::new(),
        steps,
        alternatives: Vec::new(),
    }));
    planned
}

/// Most of what is planned works otherwise on partitions and in inheritance trees.
fn refuse_partitions(change: &Change, context: &Context<'_>) -> Option<Obstacle> {
    if matches!(change, Change::AddPartition { .. } | Change::DetachPartition { .. }) {
        return None;
    }
    let table = change.table()?;
    let found = if context.facts.catalog.partitions().contains(table) {
        if is_made_alone(change, table, context) {
            return None;
        }
        "it is a partition"
    } else {
        let facts = context.facts.facts_of(table)?;
        facts.unmodelled.iter().find(|what| what.starts_with("it takes part"))?
    };
    Some(Obstacle::Unhandled {
        object: change.to_string(),
        what: format!("{found}, and changing such a table is not handled yet; write it by hand (cargo schema new)"),
    })
}

/// Whether a partition that stays one is changed as any table is. What differs in the table itself was told apart where it
/// was compared; what hangs on it hangs on its own partitions too, but for what is said of it.
fn is_made_alone(change: &Change, table: &QualifiedName, context: &Context<'_>) -> bool {
    let has_partitions = context.facts.catalog.partitioning_of(table).is_some();
    let hangs_on_all = has_partitions && change.object().is_some_and(|object| !object.kind.is_said_of_another());
    !hangs_on_all && context.to.partitions().contains(table)
}

/// On a partitioned table some steps are others.
fn on_partitions(change: &Change, steps: Vec<Step>, context: &Context<'_>) -> Result<Vec<Step>, Vec<Obstacle>> {
    if matches!(change, Change::AddPartition { .. } | Change::DetachPartition { .. }) {
        return Ok(steps);
    }
    let old = change.table().and_then(|table| context.old_table(table));
    match old.and_then(|table| Some((&table.name, table.partitioning.as_ref()?))) {
        Some((table, tree)) if exchanges_partitions(table, tree, context) => Err(vec![Obstacle::Unhandled {
            object: change.to_string(),
            what: "partitions of the table go, or others become some of it, at once: do that in a migration before"
                .to_owned(),
        }]),
        Some((table, tree)) => on_partitions::adapted(steps, (table, tree), context, &change.to_string()),
        None => Ok(steps),
    }
}

/// Whether partitions go, or tables that are there become some: what of a change is made on these depends on when it is. A
/// new one comes with what its table has by then.
fn exchanges_partitions(table: &QualifiedName, old: &Partitioning, context: &Context<'_>) -> bool {
    let Some(new) = context.new_table(table).and_then(|table| table.partitioning.as_ref()) else { return false };
    let has = |tree: &Partitioning, one: &Partition| tree.all().iter().any(|other| other.name == one.name);
    let comes = |one: &&Partition| !has(old, one) && context.facts.facts_of(&one.name).is_some();
    old.all().into_iter().any(|one| !has(new, one)) || new.all().iter().any(comes)
}
