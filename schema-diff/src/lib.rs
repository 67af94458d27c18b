//! Tables as plain structs, migrations as expand-contract sequences.

pub use schema_model as model;

#[cfg(feature = "full")]
pub mod change;
#[cfg(feature = "runtime")]
pub mod dialect;
#[cfg(feature = "full")]
pub mod diff;
#[cfg(feature = "runtime")]
pub mod inspection;
