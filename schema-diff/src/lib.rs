//! Tables as plain structs, migrations as expand-contract sequences.

pub use schema_model as model;

mod column_type;
mod table;

pub use column_type::ColumnType;
pub use schema_derive::Schema;
pub use table::{ColumnHandle, Row, Table};

#[cfg(feature = "full")]
pub mod change;
#[cfg(feature = "runtime")]
pub mod dialect;
#[cfg(feature = "full")]
pub mod diff;
#[cfg(feature = "runtime")]
pub mod inspection;
