//! Tables as plain structs, migrations as expand-contract sequences.

mod column_type;
mod table;

#[cfg(feature = "runtime")]
pub use apply::{Announcement, Migrator, announce, apply_all, ready};
pub use column_type::ColumnType;
pub use schema_derive::Schema;
#[cfg(feature = "runtime")]
#[doc(hidden)]
pub use schema_derive::embed_migrations;
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
#[doc(hidden)]
pub mod export;
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
pub mod pull;
#[cfg(feature = "full")]
pub mod release;
#[cfg(feature = "full")]
pub mod scope;
#[cfg(feature = "runtime")]
pub mod statement;

/// What the dependency is called in manifests, for the command line.
#[doc(hidden)]
pub const PACKAGE: &str = env!("CARGO_PKG_NAME");

/// Embeds a folder of migrations into the program, as a [`Migrator`]: `migrations!()` or `migrations!("folder")`, relative
/// to the package. It may stand in a `static`.
///
/// Cargo compiles anew when a file of a migration changes, and, since `schema.lock` is watched along, when
/// `cargo schema diff --write` has written a new one. For folders that come about otherwise (`cargo schema new`, a
/// rollback that deletes one) a `build.rs` with this line tells cargo: `println!("cargo::rerun-if-changed=migrations");`
///
/// ```no_run
/// static MIGRATIONS: schema_diff::Migrator = schema_diff::migrations!("../examples/bookstore/migrations");
/// ```
#[cfg(feature = "runtime")]
#[macro_export]
macro_rules! migrations {
    () => {
        $crate::migrations!("migrations")
    };
    ($folder:literal) => {
        $crate::Migrator::embedded($crate::embed_migrations!($crate, $folder))
    };
}
