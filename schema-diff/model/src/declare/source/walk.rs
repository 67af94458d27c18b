//! From a crate's root file through its `mod` items to all its modules.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proc_macro2::Span;
use syn::{Attribute, ItemMod};

use super::condition::{Conditions, State, string};
use super::names::{self, Found};
use super::report::{self, Mistake};
use super::tree::{FileId, Module, ModuleId, Names, SourceFile, Tree};

/// Walks crates.
#[derive(Debug, Default)]
pub(crate) struct Walker {
    /// What was found.
    pub(crate) tree: Tree,
    /// What was wrong.
    pub(crate) mistakes: Vec<Mistake>,
    /// Whether declarations are read as soon as they are found.
    pub(crate) reads: bool,
    /// Whether the files alone are looked for, and nothing that they declare.
    pub(crate) files_alone: bool,
}

/// Where a module's files are looked for, and whether the module is compiled.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The module.
    pub(crate) module: ModuleId,
    /// The file it stands in.
    pub(crate) file: FileId,
    /// Where the files of `mod` items are.
    pub(crate) children: PathBuf,
    /// What `#[path]` is relative to.
    pub(crate) beside: PathBuf,
    /// Whether it is compiled.
    pub(crate) state: State,
}

impl Walker {
    /// Reads a file, or notes why not.
    pub(crate) fn open(&mut self, path: &Path) -> Result<FileId, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("can't read this file: {error}"))?;
        let file = SourceFile { path: path.to_owned(), name: path.display().to_string(), text };
        self.tree.files.push(file);
        Ok(self.tree.files.len() - 1)
    }

    /// Adds a module without names.
    pub(crate) fn add_module(&mut self, krate: usize, parent: Option<ModuleId>, file: FileId) -> ModuleId {
        let names = OnceCell::new();
        self.tree.modules.push(Module { krate, parent, file, children: BTreeMap::new(), names });
        self.tree.modules.len() - 1
    }

    /// Reads the file of a module, and those of the modules in it. A file that neither declares anything nor has
    /// modules is parsed only when one of its names is looked up.
    pub(crate) fn file_module(&mut self, place: &Place) {
        let text = &self.tree.files[place.file].text;
        if !(has_modules(text) || !self.files_alone && text.contains("Schema")) {
            return;
        }
        match syn::parse_file(text) {
            Ok(parsed) => {
                let state = place.state.clone().and(self.conditions(place.module).of(&parsed.attrs));
                let place = Place { state, ..place.clone() };
                let found = self.items(parsed.items, &place);
                self.keep(place.module, found);
            }
            Err(error) => self.note(place.file, &error),
        }
    }

    /// Goes through the items of a module.
    fn items(&mut self, items: Vec<syn::Item>, place: &Place) -> Found {
        let conditions = Conditions { features: &self.features(place.module) };
        let mut found = names::read(items, conditions, place, self.reads);
        for error in std::mem::take(&mut found.errors) {
            self.note(place.file, &error);
        }
        for (item, state) in std::mem::take(&mut found.modules) {
            self.module(item, state, place);
        }
        for (path, span) in std::mem::take(&mut found.includes) {
            let included = self.include(&path, span, place);
            found.names.extend(included);
        }
        found
    }

    fn module(&mut self, mut item: ItemMod, state: State, place: &Place) {
        let name = syn::ext::IdentExt::unraw(&item.ident).to_string();
        let krate = self.tree.modules[place.module].krate;
        if let Some((_, items)) = item.content.take() {
            let directory = match self.paths(&item.attrs, place.module).first() {
                Some((path, State::On)) => place.beside.join(path),
                _ => place.children.join(&name),
            };
            let module = self.child(krate, place, &name, place.file);
            let inner = Place { module, file: place.file, children: directory.clone(), beside: directory, state };
            let found = self.items(items, &inner);
            return self.keep(module, found);
        }
        let mut opened = false;
        for candidate in self.candidates(&item, &name, &state, place) {
            if let Ok(file) = self.open(&candidate.path) {
                opened = true;
                let module = self.child(krate, place, &name, file);
                self.file_module(&candidate.place(module, file, &name));
            }
        }
        if !opened && state == State::On {
            let message = format!("the file of the module `{name}` is not there");
            self.note(place.file, &syn::Error::new(item.ident.span(), message));
        }
    }

    fn child(&mut self, krate: usize, place: &Place, name: &str, file: FileId) -> ModuleId {
        let module = self.add_module(krate, Some(place.module), file);
        self.tree.modules[place.module].children.entry(name.to_owned()).or_insert(module);
        module
    }

    /// The files that a `mod name;` may mean. With `#[cfg_attr(…, path = …)]` there are several, each under its
    /// condition.
    fn candidates(&self, item: &ItemMod, name: &str, state: &State, place: &Place) -> Vec<Candidate> {
        let named = |path: String, condition| {
            let state = state.clone().and(condition);
            Candidate { path: place.beside.join(path), by_path: true, state }
        };
        let mut paths = self.paths(&item.attrs, place.module);
        if let Some(at) = paths.iter().position(|(_, condition)| *condition == State::On) {
            let (path, condition) = paths.swap_remove(at);
            return vec![named(path, condition)];
        }
        let usual = [place.children.join(format!("{name}.rs")), place.children.join(name).join("mod.rs")];
        let usual = usual.into_iter().find(|path| path.is_file());
        let usual = usual.map(|path| Candidate { path, by_path: false, state: state.clone() });
        let open = paths.into_iter().filter(|(_, condition)| *condition != State::Off);
        usual.into_iter().chain(open.map(|(path, condition)| named(path, condition))).collect()
    }

    /// The paths that `#[path]` gives, each with its condition.
    fn paths(&self, attributes: &[Attribute], module: ModuleId) -> Vec<(String, State)> {
        let expanded = self.conditions(module).expand(attributes).into_iter();
        let path = |attribute: &Attribute| match &attribute.meta {
            syn::Meta::NameValue(pair) if pair.path.is_ident("path") => string(&pair.value),
            _ => None,
        };
        expanded.filter_map(|(attribute, state)| Some((path(&attribute)?, state))).collect()
    }

    /// Reads an included file into the module that includes it.
    fn include(&mut self, path: &str, span: Span, place: &Place) -> Names {
        let directory = self.tree.files[place.file].path.parent().map(Path::to_owned).unwrap_or_default();
        let opened = self.open(&directory.join(path));
        let parsed = match opened {
            Ok(file) => syn::parse_file(&self.tree.files[file].text)
                .map(|parsed| (file, parsed))
                .map_err(|error| report::of_error(&self.tree.files[file].name, &self.tree.files[file].text, &error)),
            Err(message) => {
                let file = &self.tree.files[place.file];
                Err(report::of_error(&file.name, &file.text, &syn::Error::new(span, message)))
            }
        };
        match parsed {
            Ok((file, parsed)) => self.items(parsed.items, &Place { file, ..place.clone() }).names,
            Err(mistake) => {
                self.mistakes.push(mistake);
                Names::default()
            }
        }
    }

    fn keep(&mut self, module: ModuleId, found: Found) {
        // A second set can't come: every module is gone through once.
        let _ = self.tree.modules[module].names.set(found.names);
    }

    fn note(&mut self, file: FileId, error: &syn::Error) {
        let file = &self.tree.files[file];
        self.mistakes.push(report::of_error(&file.name, &file.text, error));
    }

    fn features(&self, module: ModuleId) -> Vec<String> {
        self.tree.crates[self.tree.modules[module].krate].features.clone()
    }

    fn conditions(&self, module: ModuleId) -> Conditions<'_> {
        Conditions { features: &self.tree.crates[self.tree.modules[module].krate].features }
    }
}

/// A file that a module may stand in.
struct Candidate {
    path: PathBuf,
    by_path: bool,
    state: State,
}

impl Candidate {
    /// Where the modules in it are: beside a `mod.rs` and a file that `#[path]` names, else in the folder of its name.
    fn place(&self, module: ModuleId, file: FileId, name: &str) -> Place {
        let beside = self.path.parent().map(Path::to_owned).unwrap_or_default();
        let flat = self.by_path || self.path.file_name().is_some_and(|file| file == "mod.rs");
        let children = if flat { beside.clone() } else { beside.join(name) };
        Place { module, file, children, beside, state: self.state.clone() }
    }
}

/// Whether a file has to be parsed at once: it may declare something, have modules, or include files.
fn has_modules(text: &str) -> bool {
    let module = |(at, _): (usize, &str)| text[at + 3..].starts_with(char::is_whitespace);
    text.contains("include!") || text.match_indices("mod").any(module)
}
