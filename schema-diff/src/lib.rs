//! Tables as plain structs, migrations as expand-contract sequences.

pub use schema_model as model;

#[cfg(feature = "runtime")]
pub mod canonical;
#[cfg(feature = "full")]
pub mod change;
#[cfg(feature = "runtime")]
pub mod dialect;
#[cfg(feature = "full")]
pub mod diff;
#[cfg(feature = "full")]
pub mod embedded;
#[cfg(feature = "runtime")]
pub mod inspection;
#[cfg(feature = "runtime")]
pub mod migration;
#[cfg(feature = "runtime")]
pub mod phase;
#[cfg(feature = "full")]
pub mod plan;
#[cfg(feature = "runtime")]
pub mod postcondition;
#[cfg(feature = "runtime")]
pub mod statement;
