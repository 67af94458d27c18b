//! Turns changes into steps by phase. Nothing here knows a dialect; SQL comes from rendering.

pub mod answer;
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

use schema_model::{Identifier, QualifiedName};

use crate::change::{Change, ColumnChange, ConstraintChange};
use answer::{Obstacle, short_name};
use step::Step;

pub use context::Context;
pub use name::name_declared;
pub use undo::undo;

/// A change with the steps that make it.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The change.
    pub change: Change,
    /// Its steps, in no order yet.
    pub steps: Vec<Step>,
}

/// Plans every change; all obstacles are collected, not only the first.
pub fn plan(context: &Context<'_>) -> Result<Vec<Planned>, Vec<Obstacle>> {
    let mut planned = Vec::new();
    let mut obstacles = Vec::new();
    let views = operations::behind_view::all(context);
    let comes_along = |change: &Change| {
        comes_with_a_swap(change, context.changes, context) || views.iter().any(|view| view.brings(change))
    };
    for change in context.changes.iter().filter(|change| !comes_along(change)) {
        let refused = refuse_partitions(change, context);
        let steps = match refused.or_else(|| views.iter().find_map(|view| view.refuse(change))) {
            Some(obstacle) => Err(vec![obstacle]),
            None => operations::operation_for(change).steps(context),
        };
        match steps {
            Ok(steps) => planned.push(Planned { change: change.clone(), steps }),
            Err(found) => {
                for obstacle in found {
                    // Two changes of one table ask the same question once.
                    if !obstacles.contains(&obstacle) {
                        obstacles.push(obstacle);
                    }
                }
            }
        }
    }
    if obstacles.is_empty() { Ok(planned) } else { Err(obstacles) }
}

/// A column that is swapped is made anew with everything that hangs on it.
fn comes_with_a_swap(change: &Change, changes: &[Change], context: &Context<'_>) -> bool {
    let swapped = |table: &QualifiedName| -> Vec<&Identifier> {
        let columns = changes.iter().filter_map(|other| match other {
            Change::Column { table: of, change: ColumnChange::SetType { to, .. } } if of == table => Some(&to.name),
            _ => None,
        });
        columns.filter(|name| context.answers.strategy(&short_name(table, Some(name))) == Some("swap")).collect()
    };
    match change {
        Change::Column { table, change } => match change {
            ColumnChange::SetNotNull(column)
            | ColumnChange::DropNotNull(column)
            | ColumnChange::DropDefault(column)
            | ColumnChange::SetComment(column)
            | ColumnChange::SetDefault { column, .. }
            | ColumnChange::SetSettings { column, .. } => swapped(table).contains(&&column.name),
            ColumnChange::SetNumbering { to, .. } => swapped(table).contains(&&to.name),
            ColumnChange::Add(_)
            | ColumnChange::Drop(_)
            | ColumnChange::Rename { .. }
            | ColumnChange::SetType { .. } => false,
        },
        Change::SetPrimaryKey { table, to: Some(key), .. } => {
            key.columns.iter().any(|column| swapped(table).contains(&column))
        }
        Change::Constraint { table, change: ConstraintChange::Add(own) | ConstraintChange::Drop(own) } => {
            crate::diff::constraint::hangs_on(own, &swapped(table))
        }
        _ => false,
    }
}

/// Most of what is planned works otherwise on partitions and in inheritance trees.
fn refuse_partitions(change: &Change, context: &Context<'_>) -> Option<Obstacle> {
    let facts = context.facts.facts_of(change.table()?)?;
    let found = facts.unmodelled.iter().find(|what| {
        what.starts_with("it is part") || what.starts_with("it is a part") || what.starts_with("it takes part")
    })?;
    Some(Obstacle::Unhandled {
        object: change.to_string(),
        what: format!("{found}, and changing such a table is not handled yet; write it by hand (cargo schema new)"),
    })
}
