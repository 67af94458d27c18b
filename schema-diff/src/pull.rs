//! `pull`: from a catalog to Rust source that declares it.
//!
//! A catalog becomes our own tree ([`tree`]) of structs and enums, with attributes only where Rust's own form doesn't
//! say it; the tree becomes text. What was written is read again by the reader and compared, so that a thing which no
//! struct can say is named and never passed over.

mod comment;
mod context;
mod enum_item;
mod error;
mod expression;
mod format;
mod index_text;
mod item;
mod key;
mod layout;
mod names;
mod newtype;
mod options;
mod other_tools;
mod singular;
mod storage;
mod tree;
mod types;
mod verify;
mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schema_model::{Catalog, QualifiedName, SqlType};

pub use error::PullError;
pub use options::{Dates, Decimals, Layout, Networks, Options};
pub use verify::{declared, leftovers};

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

/// Writes a catalog as Rust source. The module is named as its file is.
pub fn pull(subject: Subject<'_>, module: &str, options: &Options) -> Pulled {
    let catalog = other_tools::left_out(subject.catalog, options);
    let mut notes = other_tools::notes(subject.catalog, &catalog);
    let context = Context::new(&catalog, subject.domains, options);
    let items = context.items(&mut notes);
    let files = layout::files(&items, module, options);
    notes.sort();
    notes.dedup();
    Pulled { files, items: context.names.rust_names(), notes }
}
