//! The modules of some crates, with the names in each.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use syn::{DeriveInput, Path, Type};

use super::condition::State;
use crate::declare::item::Item;
use crate::declare::mistake::Mistakes;

/// The source of some crates.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// The crates in the order in which they were given.
    pub(crate) crates: Vec<CrateNode>,
    /// All modules.
    pub(crate) modules: Vec<Module>,
    /// All files that were read.
    pub(crate) files: Vec<SourceFile>,
}

/// One crate.
#[derive(Debug)]
pub(crate) struct CrateNode {
    /// The name by which other crates call it, if it is a library.
    pub(crate) name: Option<String>,
    /// The features that are on.
    pub(crate) features: Vec<String>,
    /// Its root module.
    pub(crate) root: ModuleId,
}

/// A module's place in [`Tree::modules`].
pub(crate) type ModuleId = usize;

/// A file's place in [`Tree::files`].
pub(crate) type FileId = usize;

/// A file.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The path as shown to the user.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) text: String,
}

/// A module.
#[derive(Debug)]
pub(crate) struct Module {
    /// The crate it belongs to, by its place in [`Tree::crates`].
    pub(crate) krate: usize,
    /// The module around it.
    pub(crate) parent: Option<ModuleId>,
    /// The file it stands in.
    pub(crate) file: FileId,
    /// The modules in it.
    pub(crate) children: BTreeMap<String, ModuleId>,
    /// The names in it; of a file without declarations and modules they are read when somebody asks.
    pub(crate) names: OnceCell<Names>,
}

/// The names in a module.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Structs, enums and aliases.
    pub(crate) types: BTreeMap<String, TypeName>,
    /// What `use` brings in by name.
    pub(crate) imports: BTreeMap<String, Import>,
    /// What `use …::*` brings in.
    pub(crate) globs: Vec<Import>,
    /// What whole paths mean, where the compiler has said so.
    pub(crate) meanings: BTreeMap<String, Meaning>,
}

/// What a path means.
#[derive(Debug)]
pub(crate) enum Meaning {
    /// The type at another path.
    Path(Import),
    /// A type that is put together.
    Type(TypeName),
}

/// The path of a `use`.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    /// Its names.
    pub(crate) segments: Vec<String>,
    /// Whether it begins with `::`, so that it is about another crate.
    pub(crate) external: bool,
}

/// What a name of a type stands for.
#[derive(Debug)]
pub(crate) enum TypeName {
    /// A struct or enum, and the derive of ours if it has one.
    Defined(Box<Definition>),
    /// One of ours that was read as soon as it was found.
    Read(Box<Early>),
    /// One of ours, by its name: its syntax, most of what a tree holds, has become a declaration.
    Declared(String),
    /// `type A = B;`
    Alias(Box<Type>),
}

/// A declaration of ours that was read as soon as it was found, so that its syntax needn't stay.
#[derive(Debug)]
pub(crate) struct Early {
    /// What it says.
    pub(crate) item: Option<Item>,
    /// What is wrong with its conditions, and with the rest.
    pub(crate) mistakes: [Mistakes; 2],
    /// The file it stands in.
    pub(crate) file: FileId,
}

/// A struct, enum or union.
#[derive(Debug)]
pub(crate) struct Definition {
    /// Its syntax.
    pub(crate) input: DeriveInput,
    /// The paths by which a derive named `Schema` is called, and the condition under which.
    pub(crate) derives: Vec<(Path, State)>,
    /// Whether the definition itself is compiled.
    pub(crate) state: State,
    /// The file it stands in, which `include!` can make another one than the module's.
    pub(crate) file: FileId,
}
