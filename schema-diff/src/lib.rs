//! Tables as plain structs, migrations as expand-contract sequences.

mod column_type;
mod table;

#[cfg(feature = "runtime")]
pub use apply::apply_all;
pub use column_type::ColumnType;
pub use schema_derive::Schema;
pub use schema_model as model;
pub use table::{ColumnHandle, Row, Table};

#[cfg(feature = "runtime")]
pub mod apply;
#[cfg(feature = "runtime")]
pub mod canonical;
#[cfg(feature = "full")]
pub mod change;
#[cfg(feature = "runtime")]
pub mod dialect;
#[cfg(feature = "full")]
pub mod diff;
#[cfg(feature = "full")]
pub mod draft;
#[cfg(feature = "full")]
pub mod embedded;
#[cfg(feature = "runtime")]
pub mod estimate;
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
#[cfg(feature = "full")]
pub mod proof;
#[cfg(feature = "full")]
pub mod scope;
#[cfg(feature = "runtime")]
pub mod statement;
