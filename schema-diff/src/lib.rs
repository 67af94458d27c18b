//! Tables as plain structs, migrations as expand-contract sequences.

#[cfg(feature = "full")]
pub mod dialect;
#[cfg(feature = "full")]
pub mod embedded;
