//! The names that the items of a module bring in, the modules among them, and what can't be read.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, DeriveInput, Item, ItemMod, ItemUse, LitStr, Path, Token, UseTree};

use super::condition::{Conditions, State};
use super::hidden;
use super::tree::{Definition, Import, Names, TypeName};
use super::walk::Place;

/// What the items of a module hold.
#[derive(Default)]
pub(crate) struct Found {
    /// The names.
    pub(crate) names: Names,
    /// The modules, and whether they are compiled.
    pub(crate) modules: Vec<(ItemMod, State)>,
    /// The files of `include!`.
    pub(crate) includes: Vec<(String, Span)>,
    /// Declarations where none can be read.
    pub(crate) errors: Vec<syn::Error>,
}

impl Names {
    /// Takes over the names of a file that is included here.
    pub(crate) fn extend(&mut self, other: Self) {
        self.types.extend(other.types);
        self.imports.extend(other.imports);
        self.globs.extend(other.globs);
    }
}

/// Reads the items of a module, and what its declarations say where `reads` is set.
pub(crate) fn read(items: Vec<Item>, conditions: Conditions<'_>, place: &Place, reads: bool) -> Found {
    let mut reader = Reader { conditions, place, reads, found: Found::default() };
    items.into_iter().for_each(|item| reader.item(item));
    reader.found
}

struct Reader<'a> {
    conditions: Conditions<'a>,
    place: &'a Place,
    reads: bool,
    found: Found,
}

impl Reader<'_> {
    fn item(&mut self, item: Item) {
        let state = self.place.state.clone().and(self.conditions.of(attributes(&item)));
        if state == State::Off {
            return;
        }
        match item {
            Item::Struct(item) => self.define(item.into(), state),
            Item::Enum(item) => self.define(item.into(), state),
            Item::Union(item) => self.define(item.into(), state),
            Item::Type(item) => {
                let alias = TypeName::Alias(item.ty);
                self.found.names.types.entry(item.ident.unraw().to_string()).or_insert(alias);
            }
            Item::Use(item) => self.import(&item),
            Item::Mod(item) => self.found.modules.push((item, state)),
            Item::Macro(item) if item.mac.path.is_ident("include") => {
                // What a build script writes is out of reach of the source.
                if let Ok(path) = item.mac.parse_body::<LitStr>() {
                    self.found.includes.push((path.value(), path.span()));
                }
            }
            other => self.found.errors.extend(hidden::declarations(&other, self.conditions)),
        }
    }

    fn define(&mut self, input: DeriveInput, state: State) {
        let name = input.ident.unraw().to_string();
        let derives = derives(&input.attrs, self.conditions);
        let is_on = state == State::On;
        let definition = Definition { input, derives, state, file: self.place.file };
        let definition = match self.reads {
            true => definition.read_if_ours(self.conditions),
            false => TypeName::Defined(Box::new(definition)),
        };
        let slot = self.found.names.types.entry(name);
        // Of two forms under opposite conditions the one that is compiled counts.
        match slot {
            std::collections::btree_map::Entry::Vacant(vacant) => {
                vacant.insert(definition);
            }
            std::collections::btree_map::Entry::Occupied(mut occupied) => {
                if is_on {
                    occupied.insert(definition);
                }
            }
        }
    }

    fn import(&mut self, item: &ItemUse) {
        let mut flat = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut flat);
        for (segments, name) in flat {
            let renamed = name.as_deref().is_some_and(|name| name != "Schema" && name != "_");
            if renamed && segments.len() == 2 && segments[0] == "schema_diff" && segments[1] == "Schema" {
                let message = "the derive is found by its name: import `Schema` without renaming it";
                self.found.errors.push(syn::Error::new(item.span(), message));
            }
            let import = Import { segments, external: item.leading_colon.is_some() };
            match name {
                Some(name) => drop(self.found.names.imports.entry(name).or_insert(import)),
                None => self.found.names.globs.push(import),
            }
        }
    }
}

/// Every path of a `use` with the name it brings in; `None` for a glob.
fn flatten(tree: &UseTree, prefix: &mut Vec<String>, flat: &mut Vec<(Vec<String>, Option<String>)>) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.unraw().to_string());
            flatten(&path.tree, prefix, flat);
            prefix.pop();
        }
        UseTree::Name(name) => flat.push(named(prefix, &name.ident, None)),
        UseTree::Rename(rename) => flat.push(named(prefix, &rename.ident, Some(&rename.rename))),
        UseTree::Glob(_) => flat.push((prefix.clone(), None)),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, prefix, flat)),
    }
}

fn named(prefix: &[String], ident: &syn::Ident, rename: Option<&syn::Ident>) -> (Vec<String>, Option<String>) {
    let mut segments = prefix.to_vec();
    // `use a::b::{self}` is about `a::b`.
    if ident != "self" {
        segments.push(ident.unraw().to_string());
    }
    let name = rename.map(|rename| rename.unraw().to_string()).or_else(|| segments.last().cloned());
    (segments, Some(name.unwrap_or_default()))
}

/// The derives named `Schema` among the attributes, also those in `cfg_attr`.
pub(crate) fn derives(attributes: &[Attribute], conditions: Conditions<'_>) -> Vec<(Path, State)> {
    let mut found = Vec::new();
    for (attribute, state) in conditions.expand(attributes) {
        if !attribute.path().is_ident("derive") || state == State::Off {
            continue;
        }
        let parser = syn::punctuated::Punctuated::<Path, Token![,]>::parse_terminated;
        let paths = attribute.parse_args_with(parser).unwrap_or_default();
        let ours = paths.into_iter().filter(|path| path.segments.last().is_some_and(|last| last.ident == "Schema"));
        found.extend(ours.map(|path| (path, state.clone())));
    }
    found
}

/// The attributes of an item.
pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        // syn adds kinds of items as the language does; one that is unknown here has no attributes that we can see.
        _ => &[],
    }
}
