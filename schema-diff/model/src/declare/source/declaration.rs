//! All declarations of some crates.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Data, DeriveInput, Path};

use super::condition::{Conditions, State};
use super::report::{self, Mistake};
use super::scope::{Resolved, Target};
use super::tree::{Definition, Early, FileId, ModuleId, Tree, TypeName};
use crate::declare::item::{self, Item};
use crate::declare::mistake::Mistakes;

/// A struct or enum with our derive.
#[derive(Debug)]
pub(crate) struct Declaration {
    /// The module it stands in.
    pub(crate) module: ModuleId,
    /// The file it stands in.
    pub(crate) file: FileId,
    /// What it says.
    pub(crate) item: Item,
}

/// The declarations, in the order of the source, and by their places.
#[derive(Debug, Default)]
pub(crate) struct Declarations {
    /// All of them.
    pub(crate) list: Vec<Declaration>,
    by_name: BTreeMap<(ModuleId, String), usize>,
    /// Declarations that couldn't be read, so that nothing more needs to be said about them.
    broken: BTreeSet<(ModuleId, String)>,
}

/// The crates whose derive this is.
const OURS: [&str; 2] = ["schema_diff", "schema_derive"];

impl Declarations {
    /// Takes them from all modules that were parsed.
    pub(crate) fn collect(tree: &mut Tree, mistakes: &mut Vec<Mistake>) -> Self {
        let mut found = Self::default();
        let mut seen = BTreeSet::new();
        for (module, name) in all_of_ours(tree) {
            let types = tree.modules[module].names.get_mut().map(|names| &mut names.types);
            let Some(slot) = types.and_then(|types| types.get_mut(&name)) else { continue };
            match std::mem::replace(slot, TypeName::Declared(name.clone())) {
                TypeName::Defined(definition) => found.read(tree, module, &name, *definition, &mut seen, mistakes),
                TypeName::Read(early) => found.add(tree, module, &name, *early, &mut seen, mistakes),
                TypeName::Declared(_) | TypeName::Alias(_) => {}
            }
        }
        found.in_order_of_source(tree);
        found
    }

    fn read(
        &mut self,
        tree: &Tree,
        module: ModuleId,
        name: &str,
        definition: Definition,
        seen: &mut BTreeSet<(String, usize, usize)>,
        mistakes: &mut Vec<Mistake>,
    ) {
        let file = &tree.files[definition.file];
        let mut local = Mistakes::default();
        let derived = definition.derives.iter().map(|(_, state)| state.clone()).reduce(|first, _| first);
        let state = definition.state.clone().and(derived.unwrap_or(State::On));
        if let Some((message, help)) = state.objection() {
            local.with_help(&definition.input.ident, message, help);
            mistakes.extend(report::locate(&file.name, &file.text, local));
            self.broken.insert((module, name.to_owned()));
            return;
        }
        let features = &tree.crates[tree.modules[module].krate].features;
        let early = Early::of(definition.input, definition.file, Conditions { features });
        self.add(tree, module, name, early, seen, mistakes);
    }

    fn add(
        &mut self,
        tree: &Tree,
        module: ModuleId,
        name: &str,
        early: Early,
        seen: &mut BTreeSet<(String, usize, usize)>,
        mistakes: &mut Vec<Mistake>,
    ) {
        let Early { item, mistakes: wrong, file: file_id } = early;
        let file = &tree.files[file_id];
        mistakes.extend(wrong.into_iter().flat_map(|wrong| report::locate(&file.name, &file.text, wrong)));
        let Some(item) = item else {
            self.broken.insert((module, name.to_owned()));
            return;
        };
        let start = item.ident.span().start();
        self.by_name.insert((module, name.to_owned()), self.list.len());
        // A file that is part of two crates, a library and a binary, declares its tables once.
        if seen.insert((file.name.clone(), start.line, start.column)) {
            self.list.push(Declaration { module, file: file_id, item });
        } else {
            let same =
                |each: &Declaration| tree.files[each.file].name == file.name && each.item.ident.span().start() == start;
            let first = self.list.iter().position(same).unwrap_or_default();
            self.by_name.insert((module, name.to_owned()), first);
        }
    }

    fn in_order_of_source(&mut self, tree: &Tree) {
        let mut order: Vec<usize> = (0..self.list.len()).collect();
        order.sort_by_key(|&index| {
            let start = self.list[index].item.ident.span().start();
            (self.list[index].file, start.line, start.column)
        });
        debug_assert!(tree.files.len() >= self.list.iter().map(|each| each.file).max().unwrap_or_default());
        let mut place = vec![0; order.len()];
        order.iter().enumerate().for_each(|(new, &old)| place[old] = new);
        self.by_name.values_mut().for_each(|index| *index = place[*index]);
        let mut list: Vec<Option<Declaration>> = std::mem::take(&mut self.list).into_iter().map(Some).collect();
        self.list = order.into_iter().filter_map(|old| list[old].take()).collect();
    }

    /// The declaration that a path leads to.
    pub(crate) fn of(&self, target: &Target<'_>) -> Option<usize> {
        let TypeName::Declared(name) = target.name else { return None };
        self.by_name.get(&(target.module, name.clone())).copied()
    }

    /// Whether the path leads to a declaration that was found wanting already.
    pub(crate) fn is_broken(&self, target: &Target<'_>) -> bool {
        match target.name {
            TypeName::Declared(name) => self.broken.contains(&(target.module, name.clone())),
            TypeName::Defined(_) | TypeName::Read(_) | TypeName::Alias(_) => false,
        }
    }
}

/// Where they are, and their names.
fn all_of_ours(tree: &Tree) -> Vec<(ModuleId, String)> {
    let modules = tree.modules.iter().enumerate();
    let types = modules.flat_map(|(module, node)| {
        let types = node.names.get().into_iter().flat_map(|names| &names.types);
        types.map(move |(name, ty)| (module, name, ty))
    });
    let ours = types.filter(|(module, _, ty)| match ty {
        TypeName::Defined(definition) => {
            definition.derives.iter().any(|(path, _)| is_ours(tree, *module, path, &definition.input))
        }
        TypeName::Read(_) => true,
        TypeName::Declared(_) | TypeName::Alias(_) => false,
    });
    ours.map(|(module, name, _)| (module, name.clone())).collect()
}

/// Whether a derive named `Schema` is ours: not if it comes from another crate and nothing has `#[db(…)]`.
fn is_ours(tree: &Tree, module: ModuleId, path: &Path, input: &DeriveInput) -> bool {
    let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match tree.resolve(module, &segments, path.leading_colon.is_some()) {
        Resolved::Elsewhere(full) => OURS.contains(&full[0].as_str()) || has_keys(input),
        Resolved::Here(_) | Resolved::Open => true,
    }
}

/// Whether `#[db(…)]` stands anywhere in a declaration.
fn has_keys(input: &DeriveInput) -> bool {
    let db = |attributes: &[syn::Attribute]| attributes.iter().any(|attribute| attribute.path().is_ident("db"));
    db(&input.attrs)
        || match &input.data {
            Data::Struct(data) => data.fields.iter().any(|field| db(&field.attrs)),
            Data::Enum(data) => data.variants.iter().any(|variant| db(&variant.attrs)),
            Data::Union(_) => false,
        }
}

impl Definition {
    /// Its name, as paths spell it.
    pub(crate) fn name(&self) -> String {
        syn::ext::IdentExt::unraw(&self.input.ident).to_string()
    }

    /// Reads it at once where it is ours whatever its derive's path leads to, and under no condition.
    pub(crate) fn read_if_ours(self, conditions: Conditions<'_>) -> TypeName {
        let is_on = self.state == State::On && self.derives.iter().all(|(_, state)| *state == State::On);
        if !is_on || self.derives.is_empty() || !has_keys(&self.input) {
            return TypeName::Defined(Box::new(self));
        }
        TypeName::Read(Box::new(Early::of(self.input, self.file, conditions)))
    }
}

impl Early {
    fn of(mut input: DeriveInput, file: FileId, conditions: Conditions<'_>) -> Self {
        let mut of_conditions = Mistakes::default();
        conditions.apply(&mut input, &mut of_conditions);
        let (item, wrong) = item::read(&input);
        Self { item, mistakes: [of_conditions, wrong], file }
    }
}
