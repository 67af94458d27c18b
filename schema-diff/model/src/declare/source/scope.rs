//! What a path means in a module: own names, `use` with renames, groups and globs, re-exports, `crate`, `self`,
//! `super`, and the other crates of the workspace.

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

impl Tree {
    /// Looks a path up.
    pub(crate) fn resolve(&self, module: ModuleId, segments: &[String], external: bool) -> Resolved<'_> {
        let meanings = &self.names(module).meanings;
        match meanings.get(&segments.join("::")) {
            Some(Meaning::Type(name)) => return Resolved::Here(Target { module, name }),
            Some(Meaning::Path(path)) => return self.resolve_within(module, &path.segments, path.external, MAX_HOPS),
            None => {}
        }
        self.resolve_within(module, segments, external, MAX_HOPS)
    }

    fn resolve_within(&self, module: ModuleId, segments: &[String], external: bool, hops: usize) -> Resolved<'_> {
        let Some((first, rest)) = segments.split_first() else { return Resolved::Open };
        if hops == 0 {
            return Resolved::Open;
        }
        if external {
            return self.in_crate(segments, hops);
        }
        match first.as_str() {
            "crate" => self.descend(self.crates[self.modules[module].krate].root, rest, hops),
            "self" => self.descend(module, rest, hops),
            "super" => match self.modules[module].parent {
                Some(parent) if rest.first().is_some_and(|next| next == "super") => {
                    self.resolve_within(parent, rest, false, hops - 1)
                }
                Some(parent) => self.descend(parent, rest, hops),
                None => Resolved::Open,
            },
            _ => match self.descend(module, segments, hops) {
                Resolved::Open => self.in_crate(segments, hops),
                found => found,
            },
        }
    }

    /// Follows a path through a module and the modules in it.
    fn descend(&self, module: ModuleId, segments: &[String], hops: usize) -> Resolved<'_> {
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
            return self.descend(*child, rest, hops);
        }
        if let Some(import) = names.imports.get(first) {
            // `use uuid;` and `use uuid::Uuid as uuid` name themselves only once.
            if import.segments.first() == Some(first) && import.segments.len() == 1 {
                return self.in_crate(segments, hops);
            }
            return self.follow(module, import, rest, hops);
        }
        names
            .globs
            .iter()
            .map(|glob| self.follow_glob(module, glob, segments, hops))
            .find(is_found)
            .unwrap_or(Resolved::Open)
    }

    fn follow(&self, module: ModuleId, import: &Import, rest: &[String], hops: usize) -> Resolved<'_> {
        let path: Vec<String> = import.segments.iter().chain(rest).cloned().collect();
        self.resolve_within(module, &path, import.external, hops - 1)
    }

    /// A glob of a crate that isn't read may bring in anything, so that only what is found counts.
    fn follow_glob(&self, module: ModuleId, glob: &Import, segments: &[String], hops: usize) -> Resolved<'_> {
        match self.follow(module, glob, segments, hops / 2) {
            Resolved::Elsewhere(_) => Resolved::Open,
            found => found,
        }
    }

    fn in_crate(&self, segments: &[String], hops: usize) -> Resolved<'_> {
        let Some((first, rest)) = segments.split_first() else { return Resolved::Open };
        match self.crates.iter().find(|krate| krate.name.as_ref() == Some(first)) {
            Some(krate) if !rest.is_empty() => self.descend(krate.root, rest, hops - 1),
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
            names::read(&parsed.items, conditions, &place).names
        })
    }
}

fn is_found(resolved: &Resolved<'_>) -> bool {
    !matches!(resolved, Resolved::Open)
}
