//! What a path means in a module: own names, `use` with renames, groups and globs, re-exports, `crate`, `self`,
//! `super`, and the other crates of the workspace.

use std::collections::BTreeSet;

use super::condition::{Conditions, State};
use super::names;
use super::tree::{Import, Meaning, ModuleId, Names, Tree, TypeName};
use super::walk::Place;

/// What a path means.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    /// The module that defines it.
    pub(crate) module: ModuleId,
    /// What it is.
    pub(crate) name: &'a TypeName,
}

/// The end of a search.
#[derive(Debug)]
pub(crate) enum Resolved<'a> {
    /// A type of the workspace.
    Here(Target<'a>),
    /// A path into a crate that isn't read, with `use` resolved.
    Elsewhere(Vec<String>),
    /// A single name that nothing in reach defines: from a prelude, a macro, or another crate's glob.
    Open,
}

/// Longer chains of re-exports than this are circles.
const MAX_HOPS: usize = 32;

/// Which paths one search has looked for in which modules' globs: modules that take everything from each other are common
/// (`use super::*` below `pub use child::*`).
type Globs = BTreeSet<(ModuleId, Vec<String>)>;

impl Tree {
    /// Looks a path up.
    pub(crate) fn resolve(&self, module: ModuleId, segments: &[String], external: bool) -> Resolved<'_> {
        let meanings = &self.names(module).meanings;
        match meanings.get(&segments.join("::")) {
            Some(Meaning::Type(name)) => return Resolved::Here(Target { module, name }),
            Some(Meaning::Path(path)) => {
                return self.resolve_within(module, &path.segments, path.external, MAX_HOPS, &mut Globs::new());
            }
            None => {}
        }
        self.resolve_within(module, segments, external, MAX_HOPS, &mut Globs::new())
    }

    fn resolve_within(
        &self,
        module: ModuleId,
        segments: &[String],
        external: bool,
        hops: usize,
        globs: &mut Globs,
    ) -> Resolved<'_> {
        let Some((first, rest)) = segments.split_first() else { return Resolved::Open };
        if hops == 0 {
            return Resolved::Open;
        }
        if external {
            return self.in_crate(segments, hops, globs);
        }
        match first.as_str() {
            "crate" => self.descend(self.crates[self.modules[module].krate].root, rest, hops, globs),
            "self" => self.descend(module, rest, hops, globs),
            "super" => match self.modules[module].parent {
                Some(parent) if rest.first().is_some_and(|next| next == "super") => {
                    self.resolve_within(parent, rest, false, hops - 1, globs)
                }
                Some(parent) => self.descend(parent, rest, hops, globs),
                None => Resolved::Open,
            },
            _ => match self.descend(module, segments, hops, globs) {
                Resolved::Open => self.in_crate(segments, hops, globs),
                found => found,
            },
        }
    }

    /// Follows a path through a module and the modules in it.
    fn descend(&self, module: ModuleId, segments: &[String], hops: usize, globs: &mut Globs) -> Resolved<'_> {
        let Some((first, rest)) = segments.split_first() else { return Resolved::Open };
        if hops == 0 {
            return Resolved::Open;
        }
        let names = self.names(module);
        if rest.is_empty()
            && let Some(name) = names.types.get(first)
        {
            return Resolved::Here(Target { module, name });
        }
        if let Some(child) = self.modules[module].children.get(first) {
            return self.descend(*child, rest, hops, globs);
        }
        if let Some(import) = names.imports.get(first) {
            // `use uuid;` and `use uuid::Uuid as uuid` name themselves only once.
            if import.segments.first() == Some(first) && import.segments.len() == 1 {
                return self.in_crate(segments, hops, globs);
            }
            return self.follow(module, import, rest, hops, globs);
        }
        if names.globs.is_empty() || !globs.insert((module, segments.to_vec())) {
            return Resolved::Open;
        }
        let read = names.globs.iter().filter(|glob| self.is_read(module, glob));
        let mut found = read.map(|glob| self.follow(module, glob, segments, hops, globs));
        // A glob of a crate that isn't read may bring in anything, so that only what is found counts.
        found.find(|found| matches!(found, Resolved::Here(_))).unwrap_or(Resolved::Open)
    }

    fn follow(
        &self,
        module: ModuleId,
        import: &Import,
        rest: &[String],
        hops: usize,
        globs: &mut Globs,
    ) -> Resolved<'_> {
        let path: Vec<String> = import.segments.iter().chain(rest).cloned().collect();
        self.resolve_within(module, &path, import.external, hops - 1, globs)
    }

    /// Whether the path of a glob begins in a module that is read. One that doesn't must not be looked for in the globs
    /// themselves.
    fn is_read(&self, module: ModuleId, glob: &Import) -> bool {
        let Some(first) = glob.segments.first() else { return false };
        let is_here = || {
            ["crate", "self", "super"].contains(&first.as_str())
                || self.modules[module].children.contains_key(first)
                || self.names(module).imports.contains_key(first)
        };
        self.crates.iter().any(|krate| krate.name.as_ref() == Some(first)) || (!glob.external && is_here())
    }

    fn in_crate(&self, segments: &[String], hops: usize, globs: &mut Globs) -> Resolved<'_> {
        let Some((first, rest)) = segments.split_first() else { return Resolved::Open };
        match self.crates.iter().find(|krate| krate.name.as_ref() == Some(first)) {
            Some(krate) if !rest.is_empty() => self.descend(krate.root, rest, hops - 1, globs),
            _ if rest.is_empty() => Resolved::Open,
            _ => Resolved::Elsewhere(segments.to_vec()),
        }
    }

    /// The names of a module; those of a file that nobody needed so far are read now.
    pub(crate) fn names(&self, module: ModuleId) -> &Names {
        let node = &self.modules[module];
        node.names.get_or_init(|| {
            let Ok(parsed) = syn::parse_file(&self.files[node.file].text) else { return Names::default() };
            let conditions = Conditions { features: &self.crates[node.krate].features };
            let nowhere = std::path::PathBuf::new();
            let place = Place { module, file: node.file, children: nowhere.clone(), beside: nowhere, state: State::On };
            names::read(parsed.items, conditions, &place, false).names
        })
    }
}
