//! An enum as a column type: native, text or integer.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Attribute, DataEnum, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Lit, UnOp, Variant};

use super::entry::{Entry, Value};
use super::item::{default_name, qualified};
use super::mistake::{Mistakes, Spanned};
use super::rust_type;
use super::sqlx::{self, RenameAll, SqlxAttributes};
use super::table_item;
use crate::name::{Identifier, QualifiedName};
use crate::sql_type::SqlType;

/// An enum.
#[derive(Clone, Debug)]
pub struct EnumItem {
    /// How a column holds it.
    pub storage: Storage,
    /// The variants in order.
    pub variants: Vec<VariantItem>,
}

/// How a column holds an enum.
#[derive(Clone, Debug)]
pub enum Storage {
    /// As a value of an enum type of the database.
    Native(QualifiedName),
    /// As its label in a type of the server's own.
    Label(SqlType),
    /// As its number.
    Number(SqlType),
}

/// A variant.
#[derive(Clone, Debug)]
pub struct VariantItem {
    /// The Rust name.
    pub ident: Ident,
    /// Its label in the database.
    pub label: String,
    /// Its number, where it can be read.
    pub number: Option<i64>,
}

/// Reads an enum.
pub(crate) fn read(
    input: &DeriveInput,
    data: &DataEnum,
    entries: &[Entry],
    sqlx: &SqlxAttributes,
    mistakes: &mut Mistakes,
) -> Option<EnumItem> {
    for variant in data.variants.iter().filter(|variant| !matches!(variant.fields, Fields::Unit)) {
        let help =
            "a column type has variants without fields; store others as JSON: `#[db(type = \"jsonb\")]` at the field";
        mistakes.with_help(&variant.fields, format_args!("`{}` holds data", variant.ident), help);
    }
    let variants = variants(data, sqlx.rename_all, mistakes);
    let written = entries.iter().find(|entry| entry.name() == "type").and_then(|entry| entry.text(mistakes));
    let written = written.or_else(|| sqlx.type_name.clone());
    let storage = match (written, repr(&input.attrs)) {
        (Some(text), _) => storage(&text, mistakes)?,
        (None, Some(integer)) => Storage::Number(integer),
        (None, None) => Storage::Native(default_name(&input.ident, mistakes)?),
    };
    Some(EnumItem { storage, variants })
}

fn storage(text: &Spanned<String>, mistakes: &mut Mistakes) -> Option<Storage> {
    let sql_type = SqlType::parse(&text.value);
    if sql_type.namespace.is_some() || !rust_type::is_builtin(&sql_type.name) {
        let public = Identifier::new("public").ok()?;
        let name = qualified(text, &public, mistakes)?;
        table_item::not_of_the_server(&name.namespace, &text.at, mistakes);
        return Some(Storage::Native(name));
    }
    match sql_type.name.as_str() {
        "text" | "character varying" | "character" | "bpchar" | "name" => Some(Storage::Label(sql_type)),
        "smallint" | "integer" | "bigint" => Some(Storage::Number(sql_type)),
        _ => {
            let help = "an enum is text, varchar, smallint, integer, bigint, or a name of its own";
            mistakes.with_help(&text.at, format_args!("an enum can't be stored as {sql_type}"), help);
            None
        }
    }
}

/// The column type of `#[repr(i16)]` and its like.
fn repr(attributes: &[Attribute]) -> Option<SqlType> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        // What the compiler doesn't like about a repr it says itself.
        let _ = attribute.parse_nested_meta(|meta| {
            let integer = meta.path.get_ident().and_then(|ident| match ident.to_string().as_str() {
                "i16" => Some("smallint"),
                "i32" => Some("integer"),
                "i64" => Some("bigint"),
                _ => None,
            });
            found = integer.map(SqlType::builtin).or_else(|| found.take());
            Ok(())
        });
    }
    found
}

fn variants(data: &DataEnum, rename_all: Option<RenameAll>, mistakes: &mut Mistakes) -> Vec<VariantItem> {
    let mut read: Vec<VariantItem> = Vec::new();
    let mut next = Some(0);
    for variant in &data.variants {
        no_keys(variant, mistakes);
        let name = variant.ident.unraw().to_string();
        let rename = sqlx::read(&variant.attrs).rename.map(|rename| rename.value);
        let label = rename.or_else(|| rename_all.map(|case| case.apply(&name))).unwrap_or(name);
        if read.iter().any(|earlier| earlier.label == label) {
            mistakes.at(&variant.ident, format_args!("the label `{label}` is already taken"));
        }
        if label.len() > crate::name::MAX_IDENTIFIER_BYTES {
            mistakes.at(&variant.ident, "an enum's label has at most 63 bytes");
        }
        let number = match &variant.discriminant {
            Some((_, expression)) => integer(expression),
            None => next,
        };
        next = number.and_then(|number| number.checked_add(1));
        read.push(VariantItem { ident: variant.ident.clone(), label, number });
    }
    read
}

/// Variants have no keys of ours.
fn no_keys(variant: &Variant, mistakes: &mut Mistakes) {
    for entry in super::entry::of_attributes(&variant.attrs, mistakes) {
        let help = match &entry.value {
            Value::Equals(_) if entry.name() == "rename" => "a label is renamed by `#[sqlx(rename = \"…\")]`",
            _ => "variants have no keys in `#[db(…)]`; a label is renamed by `#[sqlx(rename = \"…\")]`",
        };
        mistakes.with_help(&entry.key, format_args!("unknown key `{}`", entry.name()), help);
    }
}

fn integer(expression: &Expr) -> Option<i64> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => integer(expr).map(|number| -number),
        Expr::Group(group) => integer(&group.expr),
        Expr::Paren(paren) => integer(&paren.expr),
        _ => None,
    }
}
