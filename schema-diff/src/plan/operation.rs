//! How one kind of change is made safely.

use super::answer::{Choice, Obstacle};
use super::context::Context;
use super::step::Step;

/// One kind of change. It gives steps in the three phases, or says what stands in the way.
pub(crate) trait Operation {
    /// The steps that make the change.
    fn steps(&self, context: &Context<'_>) -> Result<Vec<Step>, Vec<Obstacle>>;

    /// Other ways of making it, with what they cost; the one that is planned is the one that risks least.
    fn alternatives(&self, _: &Context<'_>) -> Vec<Choice> {
        Vec::new()
    }
}

/// The outcome of an operation.
pub(crate) type Steps = Result<Vec<Step>, Vec<Obstacle>>;
