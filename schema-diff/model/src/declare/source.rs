//! The reader: whole crates, from their source alone.
//!
//! No compiler is asked, so that it works while the application doesn't build and takes a fraction of a second. What
//! can't be told from the source (a declaration in a macro, under a condition that depends on the target) is an error
//! with its place, never an absence.

mod column_type;
mod compiled;
mod condition;
mod declaration;
mod dynamic;
mod hidden;
mod items;
mod literals;
mod lower;
mod names;
mod queries;
mod report;
mod scope;
mod tree;
mod walk;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use compiled::{CompiledCrate, Exported, compiled};
pub use items::{DeclaredItem, DeclaredKind};
pub use literals::{Literal, Literals, literals};
pub use queries::{Queries, Query, QueryForm, RowField, RowReader, RustValue, Unread, queries};
pub use report::Mistake;

use self::condition::State;
use self::declaration::Declarations;
use self::tree::{CrateNode, Tree};
use self::walk::{Place, Walker};
use crate::catalog::Catalog;
use crate::name::QualifiedName;
use crate::table::Table;

/// A crate whose source is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrateRoot {
    /// The package it belongs to.
    pub package: String,
    /// The name by which other crates call it, if it is a library; nobody can call a binary.
    pub library: Option<String>,
    /// The root file: `src/lib.rs`, `src/main.rs`.
    pub file: PathBuf,
    /// The features that are on.
    pub features: Vec<String>,
}

/// What some crates declare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// The tables and types to look after.
    pub catalog: Catalog,
    /// The tables that somebody else looks after: `#[db(unmanaged)]`.
    pub unmanaged: BTreeMap<QualifiedName, Table>,
    /// Where the structs and enums stand.
    pub items: Vec<DeclaredItem>,
}

/// Reads every `#[derive(Schema)]` of some crates, or says everything that is wrong, in the order of the source.
pub fn read(roots: &[CrateRoot]) -> Result<Declared, Vec<Mistake>> {
    let mut walker = walk(roots, Walker { reads: true, ..Walker::default() });
    let mut mistakes = std::mem::take(&mut walker.mistakes);
    let declarations = Declarations::collect(&mut walker.tree, &mut mistakes);
    let declared = finish(&walker.tree, &declarations, mistakes)?;
    Ok(Declared { items: items::all(&walker.tree, &declarations), ..declared })
}

/// Whether a crate's source declares anything that can be found in it.
pub fn declares(root: &CrateRoot) -> bool {
    let mut walker = walk(std::slice::from_ref(root), Walker { reads: true, ..Walker::default() });
    !Declarations::collect(&mut walker.tree, &mut Vec::new()).list.is_empty()
}

/// Makes the nouns, or says everything that is wrong.
fn finish(tree: &Tree, declarations: &Declarations, mut mistakes: Vec<Mistake>) -> Result<Declared, Vec<Mistake>> {
    let declared = lower::lower(tree, declarations, &mut mistakes);
    if mistakes.is_empty() {
        return Ok(declared);
    }
    mistakes.sort();
    mistakes.dedup();
    Err(mistakes)
}

/// Finds all modules.
fn walk(roots: &[CrateRoot], mut walker: Walker) -> Walker {
    for root in roots {
        match walker.open(&root.file) {
            Ok(file) => {
                let krate = walker.tree.crates.len();
                let module = walker.add_module(krate, None, file);
                let name = root.library.as_deref().map(|name| name.replace('-', "_"));
                walker.tree.crates.push(CrateNode { name, features: root.features.clone(), root: module });
                let beside = root.file.parent().map(PathBuf::from).unwrap_or_default();
                walker.file_module(&Place { module, file, children: beside.clone(), beside, state: State::On });
            }
            Err(message) => walker.mistakes.push(report::about_file(&root.file.display().to_string(), message)),
        }
    }
    walker
}
