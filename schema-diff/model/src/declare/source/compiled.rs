//! Declarations that the compiler has found, instead of the walk through the files: those of macros and under any
//! condition, with the meanings of their paths. From here on both ways are one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use syn::parse_quote;

use super::condition::State;
use super::declaration::Declarations;
use super::report::{self, Mistake};
use super::tree::{CrateNode, Definition, FileId, Import, Meaning, ModuleId, Names, SourceFile, Tree, TypeName};
use super::walk::Walker;
use super::{Declared, finish};

/// What a compiled crate declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompiledCrate {
    /// The name by which other crates call it, if it is a library.
    pub library: Option<String>,
    /// Its declarations, in any order.
    pub declarations: Vec<Exported>,
}

/// A declaration as the derive's hidden test has written it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Exported {
    /// The file it stands in.
    pub file: PathBuf,
    /// The line in which it begins.
    pub line: usize,
    /// The path of its module, with the crate's name first.
    pub module: String,
    /// Its name.
    pub name: String,
    /// Its source, laid out as in the file.
    pub source: String,
    /// What the paths in it mean.
    pub meanings: BTreeMap<String, String>,
}

/// Reads what the compiler has found, as [`read`](super::read) reads the source. Where the declarations stand for those
/// who edit them ([`Declared::items`]) is not told.
pub fn compiled(crates: &[CompiledCrate]) -> Result<Declared, Vec<Mistake>> {
    let mut walker = Walker::default();
    for (number, krate) in crates.iter().enumerate() {
        add(&mut walker, number, krate);
    }
    let mut mistakes = std::mem::take(&mut walker.mistakes);
    let declarations = Declarations::collect(&mut walker.tree, &mut mistakes);
    finish(&walker.tree, &declarations, mistakes)
}

/// Adds a crate with the modules in which something is declared.
fn add(walker: &mut Walker, number: usize, krate: &CompiledCrate) {
    let mut declarations: Vec<&Exported> = krate.declarations.iter().collect();
    declarations.sort();
    let Some(first) = declarations.first() else { return };
    let own = first.module.split("::").next().unwrap_or_default().to_owned();
    // A binary often has the name of its library, so that it needs another one here.
    let name = krate.library.clone().unwrap_or_else(|| format!("binary_{number}"));
    let index = walker.tree.crates.len();
    let mut names: BTreeMap<ModuleId, Names> = BTreeMap::new();
    let file = open(&mut walker.tree, first);
    let root = walker.add_module(index, None, file);
    walker.tree.crates.push(CrateNode { name: Some(name.clone()), features: Vec::new(), root });
    let declared = declarations.iter().map(|each| format!("::{}::{}", each.module, each.name)).collect();
    let paths = Paths { own: format!("::{own}::"), name, declared };
    for exported in &declarations {
        let file = open(&mut walker.tree, exported);
        let module = module(walker, index, root, file, &exported.module);
        let text = &walker.tree.files[file].text;
        match syn::parse_str::<syn::DeriveInput>(text) {
            Ok(input) => {
                let derives = vec![(parse_quote!(Schema), State::On)];
                let definition = Definition { input, derives, state: State::On, file };
                let names = names.entry(module).or_default();
                names.types.insert(definition.name(), TypeName::Defined(Box::new(definition)));
                let meanings = exported.meanings.iter();
                names
                    .meanings
                    .extend(meanings.filter_map(|(path, meaning)| Some((path.clone(), paths.meaning(meaning)?))));
            }
            Err(error) => {
                let file = &walker.tree.files[file];
                walker.mistakes.push(report::of_error(&file.name, &file.text, &error));
            }
        }
    }
    for module in 0..walker.tree.modules.len() {
        // A module that holds nothing but others has no names; its file is none to be read for them.
        let _ = walker.tree.modules[module].names.set(names.remove(&module).unwrap_or_default());
    }
}

/// The declaration as a file of its own, with everything in its line and column.
fn open(tree: &mut Tree, exported: &Exported) -> FileId {
    let text = "\n".repeat(exported.line.saturating_sub(1)) + &exported.source;
    let name = exported.file.display().to_string();
    tree.files.push(SourceFile { path: exported.file.clone(), name, text });
    tree.files.len() - 1
}

fn module(walker: &mut Walker, krate: usize, root: ModuleId, file: FileId, path: &str) -> ModuleId {
    path.split("::").skip(1).fold(root, |parent, name| {
        let name = name.trim_start_matches("r#");
        match walker.tree.modules[parent].children.get(name) {
            Some(child) => *child,
            None => {
                let child = walker.add_module(krate, Some(parent), file);
                walker.tree.modules[parent].children.insert(name.to_owned(), child);
                child
            }
        }
    })
}

/// The paths that begin with a crate's own name.
struct Paths {
    own: String,
    name: String,
    declared: BTreeSet<String>,
}

impl Paths {
    /// Reads a meaning.
    fn meaning(&self, text: &str) -> Option<Meaning> {
        let inner = text.trim_end_matches('>').rsplit('<').next().unwrap_or_default();
        // What isn't declared here is the library's, which may have the same name.
        let text = match inner.strip_prefix(&self.own) {
            Some(rest) if self.declared.contains(inner) => text.replace(inner, &format!("::{}::{rest}", self.name)),
            _ => text.to_owned(),
        };
        if text.contains('<') {
            return syn::parse_str(&text).ok().map(|ty| Meaning::Type(TypeName::Alias(ty)));
        }
        let segments = text.split("::").skip(1).map(|word| word.trim_start_matches("r#").to_owned()).collect();
        Some(Meaning::Path(Import { segments, external: true }))
    }
}
