//! Structs with `#[derive(Schema)]`, read by the same code for the derive and for the command line.
//!
//! Attributes ([`attr`](self), options, expressions) become our own tree ([`Item`]) with the places where everything
//! stands; the tree is checked; the reader ([`read`]) looks names up in the source and makes the nouns of a
//! [`Catalog`](crate::Catalog). Mistakes are collected on the way, so that the user sees all of them at once.

mod attr;
mod check;
mod comment;
mod default_value;
mod entry;
mod enum_item;
mod field;
mod index_key;
mod item;
mod key;
mod mistake;
mod newtype;
mod option;
mod rust_type;
#[cfg(feature = "source")]
mod source;
mod sql_tokens;
mod sqlx;
mod storage;
mod table_item;
#[cfg(feature = "source")]
mod type_text;
mod unread_column;

pub use enum_item::{EnumItem, Storage, VariantItem};
pub use field::{DefaultValue, Field};
pub use item::{Item, Kind, read as read_item};
pub use key::{Naming, Reference, UniqueKey};
pub use mistake::{At, Mistakes, Spanned};
pub use newtype::Newtype;
pub use rust_type::{Core, Peeled, known, peel, written as column_type_of_text};
#[cfg(feature = "source")]
pub use source::{
    CompiledCrate, CrateRoot, Declared, DeclaredItem, DeclaredKind, Exported, Literal, Literals, Mistake, Queries,
    Query, QueryForm, RowField, RowReader, RustValue, Unread, compiled, declares, literals, queries, read,
};
pub use sql_tokens::as_tokens;
pub use storage::Sequence;
pub use table_item::TableItem;
