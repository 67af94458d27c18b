//! The nouns of a database schema.
//!
//! A [`Catalog`] holds tables and enum types of one side, *declared* (from Rust) or *inspected* (from a live
//! database). Nothing here knows SQL dialects beyond PostgreSQL's type names, and nothing here opens a connection.

mod catalog;
mod column;
mod constraint;
#[cfg(feature = "declare")]
pub mod declare;
mod enum_type;
mod expression;
mod index;
mod name;
mod object;
mod partition;
pub mod server_form;
pub mod sql_text;
mod sql_type;
pub mod sql_word;
mod table;

pub use catalog::Catalog;
pub use column::{Column, Hints, Identity, IdentityKind, Position, RustOrigin, SequenceOptions, Settings};
pub use constraint::{Check, Deferrable, ForeignKey, PrimaryKey, ReferentialAction, Unique};
pub use enum_type::EnumType;
pub use expression::Expression;
pub use index::{DeclaredNames, Index, IndexKey, IndexKeyTarget, NullsOrder};
pub use name::{Identifier, InvalidName, MAX_IDENTIFIER_BYTES, QualifiedName, split_dotted};
pub use object::{Domain, ObjectKind, SqlObject};
pub use partition::{Partition, Partitioning};
pub use sql_type::SqlType;
pub use table::Table;
