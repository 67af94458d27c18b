//! `pull`: from a catalog to Rust source that declares it.
//!
//! A catalog becomes our own tree (`tree`) of structs and enums, with attributes only where Rust's own form doesn't
//! say it; the tree becomes text. What was written is read again by the reader and compared, so that a thing which no
//! struct can say is named and never passed over.

mod case;
mod comment;
mod context;
mod enum_item;
mod error;
mod expression;
mod format;
mod home;
mod index_text;
mod item;
mod key;
mod layout;
mod merge;
mod names;
mod newtype;
mod options;
mod other_tools;
mod root;
mod singular;
mod storage;
mod tree;
mod types;
mod verify;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use schema_model::{Catalog, QualifiedName, SqlType};

pub use error::PullError;
pub use home::{Existing, Home};
pub use merge::{Merged, merge};
pub use options::{Dates, Decimals, Layout, Networks, Options};
pub use root::with_module;
pub use verify::{aligned, declared, leftovers};

use context::Context;

/// What is pulled.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Tables and types.
    pub catalog: &'a Catalog,
    /// The base types of domains, by the domain's name.
    pub domains: &'a BTreeMap<QualifiedName, SqlType>,
}

/// Rust source, and what it can't say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulled {
    /// The files: the first is the module's own, the others lie in the folder of its name.
    pub files: Vec<SourceFile>,
    /// The structs and enums by the names of tables and types.
    pub items: BTreeMap<QualifiedName, String>,
    /// Those of them that are new.
    pub new: BTreeSet<QualifiedName>,
    /// What could not be declared, or not wholly.
    pub notes: Vec<Note>,
}

/// A file of Rust source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path, relative to the folder of the module's file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// Something that a struct can't say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The object.
    pub object: String,
    /// What isn't declared, and why.
    pub what: String,
}

/// Writes a catalog as Rust source, what is declared already left out. The module is named as its file is; `there` is
/// what that file holds already.
pub fn pull(
    subject: Subject<'_>,
    module: &str,
    there: Option<String>,
    options: &Options,
    existing: &Existing,
) -> Result<Pulled, PullError> {
    let catalog = other_tools::left_out(subject.catalog, options);
    let mut notes = other_tools::notes(subject.catalog, &catalog);
    let context = Context::new(&catalog, subject.domains, options, existing);
    let items = context.items(existing, &mut notes);
    let files = layout::files(&items, module, there, options)?;
    notes.sort();
    notes.dedup();
    let new = items.iter().map(|item| item.object.clone()).collect();
    Ok(Pulled { files, items: context.names.rust_names(), new, notes })
}
