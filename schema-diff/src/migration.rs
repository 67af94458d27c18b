//! Migrations as they stand in the repository: a folder each, whose files are the truth.

mod directory;
mod embedded;
mod lock_file;
mod manifest;
mod parse;
mod script_files;
mod write;

pub(crate) use directory::in_order;
pub use directory::{Migration, MigrationError, Version, load, load_each, load_one, new_version};
#[cfg(feature = "full")]
pub use directory::{new_migration, save, save_manifest};
pub use embedded::EmbeddedMigration;
pub use lock_file::{LockError, LockFile};
pub use manifest::{Expected, Manifest, ObjectFingerprints, RecordedAnswers, Settles, expected};
pub use parse::{FormatError, parse};
pub use script_files::{Edit, ScriptFiles};
pub use write::write;
