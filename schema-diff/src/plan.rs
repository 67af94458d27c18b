//! Turns changes into steps by phase. Nothing here knows a dialect; SQL comes from rendering.

pub mod answer;
mod context;
pub mod group;
pub mod hazard;
mod name;
mod operation;
mod operations;
pub mod source;
pub mod step;
pub mod sync;
mod undo;

use crate::change::Change;
use answer::Obstacle;
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
pub fn plan(changes: &[Change], context: &Context<'_>) -> Result<Vec<Planned>, Vec<Obstacle>> {
    let mut planned = Vec::new();
    let mut obstacles = Vec::new();
    for change in changes {
        match operations::operation_for(change).steps(context) {
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
