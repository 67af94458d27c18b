//! A struct or enum with `#[derive(Schema)]`, in our own tree.

use heck::ToSnakeCase;
use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Data, DataStruct, DeriveInput, Fields, Generics, Path, Type, TypePath};

use super::attr::{self, Key, Keys};
use super::comment;
use super::entry::{self, Entry};
use super::enum_item::{self, EnumItem};
use super::mistake::{Mistakes, Spanned};
use super::newtype::{self, Newtype};
use super::sqlx;
use super::table_item::{self, TableItem};
use super::{check, field};
use crate::name::{Identifier, QualifiedName};

/// A declaration.
#[derive(Clone, Debug)]
pub struct Item {
    /// The Rust name.
    pub ident: Ident,
    /// Its generics.
    pub generics: Generics,
    /// Where the derive's traits are: `#[db(crate = "…")]`.
    pub facade: Option<Path>,
    /// The first paragraph of its documentation, or what `comment` says.
    pub comment: Option<String>,
    /// What it declares.
    pub kind: Kind,
}

/// What a declaration declares.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A table, or columns to be embedded in one.
    Table(Box<TableItem>),
    /// A column type around another one.
    Newtype(Box<Newtype>),
    /// A column type of a few values.
    Enum(EnumItem),
}

const STRUCT_KEYS: &Keys = &[
    Key::once("table"),
    Key::once("primary_key"),
    Key::often("unique"),
    Key::often("index"),
    Key::often("check"),
    Key::often("foreign_key"),
    Key::often("column"),
    Key::once("renamed_from"),
    Key::once("embedded"),
    Key::once("projection_of"),
    Key::once("unmanaged"),
    Key::once("unlogged"),
    Key::once("with"),
    Key::once("comment"),
    Key::once("crate"),
];

/// The keys of enums and newtypes.
const TYPE_KEYS: &Keys = &[Key::once("type"), Key::once("comment"), Key::once("crate")];

/// Reads a declaration. It is as complete as the mistakes allow; `None` where it can be none at all.
pub fn read(input: &DeriveInput) -> (Option<Item>, Mistakes) {
    let mut mistakes = Mistakes::default();
    let item = item(input, &mut mistakes);
    if let Some(item) = &item {
        check::item(item, &mut mistakes);
    }
    (item, mistakes)
}

fn item(input: &DeriveInput, mistakes: &mut Mistakes) -> Option<Item> {
    let entries = entry::of_attributes(&input.attrs, mistakes);
    let sqlx = sqlx::read(&input.attrs);
    let (kind, entries) = match &input.data {
        Data::Struct(data) => match newtype::inner(data, sqlx.transparent) {
            Some(inner) => {
                let entries = attr::known(entries, TYPE_KEYS, mistakes);
                (Kind::Newtype(Box::new(newtype::read(inner, &entries, &sqlx, mistakes))), entries)
            }
            None => {
                let entries = attr::known(entries, STRUCT_KEYS, mistakes);
                (Kind::Table(Box::new(table(input, data, &entries, mistakes)?)), entries)
            }
        },
        Data::Enum(data) => {
            let entries = attr::known(entries, TYPE_KEYS, mistakes);
            (Kind::Enum(enum_item::read(input, data, &entries, &sqlx, mistakes)?), entries)
        }
        Data::Union(data) => {
            mistakes.at(&data.union_token, "a union declares neither a table nor a column type");
            return None;
        }
    };
    Some(Item {
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        facade: facade(&entries, mistakes),
        comment: comment(input, &entries, mistakes),
        kind,
    })
}

fn table(input: &DeriveInput, data: &DataStruct, entries: &[Entry], mistakes: &mut Mistakes) -> Option<TableItem> {
    let Fields::Named(fields) = &data.fields else {
        let help = "a table is a struct with named fields, a newtype has one field without a name";
        mistakes.with_help(&input.ident, "this struct declares neither a table nor a column type", help);
        return None;
    };
    let rename_all = sqlx::read(&input.attrs).rename_all;
    let mut read = Vec::with_capacity(fields.named.len());
    read.extend(fields.named.iter().filter_map(|each| field::read(each, rename_all, mistakes)));
    Some(table_item::read(default_name(&input.ident, mistakes)?, entries, read, mistakes))
}

/// The name of a table or type where nothing is said: snake_case of the Rust name, in `public`.
pub(super) fn default_name(ident: &Ident, mistakes: &mut Mistakes) -> Option<QualifiedName> {
    let name = Spanned::new(ident.unraw().to_string().to_snake_case(), ident);
    entry::checked(name, mistakes).map(|name| QualifiedName::in_public(name.value))
}

fn facade(entries: &[Entry], mistakes: &mut Mistakes) -> Option<Path> {
    let text = entries.iter().find(|entry| entry.name() == "crate")?.text(mistakes)?;
    match syn::parse_str(&text.value) {
        Ok(path) => Some(path),
        Err(_) => {
            mistakes.with_help(&text.at, "this is no path to a crate", "write `crate = \"name_of_the_dependency\"`");
            None
        }
    }
}

fn comment(input: &DeriveInput, entries: &[Entry], mistakes: &mut Mistakes) -> Option<String> {
    match entries.iter().find(|entry| entry.name() == "comment") {
        Some(entry) => entry.text(mistakes).map(|text| text.value).filter(|text| !text.is_empty()),
        None => comment::first_paragraph(&input.attrs),
    }
}

/// A name with or without its namespace; one without lies in the given one.
pub(super) fn qualified(
    text: &Spanned<String>,
    namespace: &Identifier,
    mistakes: &mut Mistakes,
) -> Option<QualifiedName> {
    match text.value.parse::<QualifiedName>() {
        Ok(name) if crate::name::split_dotted(&text.value).len() == 1 => {
            Some(QualifiedName::new(namespace.clone(), name.name))
        }
        Ok(name) => Some(name),
        Err(error) => {
            mistakes.with_help(&text.at, error, "a name is written `name` or `namespace.name`");
            None
        }
    }
}

impl Item {
    /// What a type parameter stands for: its default.
    pub fn parameter_default(&self, path: &TypePath) -> Option<&Type> {
        let name = path.path.get_ident()?;
        self.generics.type_params().find(|parameter| parameter.ident == *name)?.default.as_ref()
    }

    /// Whether the path is a type parameter.
    pub fn is_parameter(&self, path: &TypePath) -> bool {
        path.path.get_ident().is_some_and(|name| self.generics.type_params().any(|each| each.ident == *name))
    }
}
