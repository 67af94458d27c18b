//! sqlx's own attributes, which are honoured so that nothing is said twice.
//!
//! What is wrong in them is left to sqlx's derives, which report it.

use heck::{ToKebabCase, ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use syn::meta::ParseNestedMeta;
use syn::{Attribute, LitStr, Token, Type};

use super::mistake::Spanned;

/// What `#[sqlx(…)]` says about a struct, an enum, a field or a variant.
#[derive(Debug, Default)]
pub(crate) struct SqlxAttributes {
    /// `rename = "…"`.
    pub(crate) rename: Option<Spanned<String>>,
    /// `rename_all = "…"`.
    pub(crate) rename_all: Option<RenameAll>,
    /// `skip`.
    pub(crate) skip: bool,
    /// `flatten`.
    pub(crate) flatten: bool,
    /// `json`, and whether it is `json(nullable)`.
    pub(crate) json: Option<JsonNull>,
    /// `try_from = "…"`.
    pub(crate) try_from: Option<Type>,
    /// `transparent`.
    pub(crate) transparent: bool,
    /// `type_name = "…"`.
    pub(crate) type_name: Option<Spanned<String>>,
}

/// What an `Option` in a JSON column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonNull {
    /// `json`: the JSON value null, so that the column itself is never NULL.
    Value,
    /// `json(nullable)`: SQL's NULL.
    Sql,
}

/// The cases that `rename_all` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RenameAll {
    Lower,
    Snake,
    Upper,
    ScreamingSnake,
    Kebab,
    Camel,
    Pascal,
}

impl RenameAll {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "lowercase" => Self::Lower,
            "snake_case" => Self::Snake,
            "UPPERCASE" => Self::Upper,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "camelCase" => Self::Camel,
            "PascalCase" => Self::Pascal,
            _ => return None,
        })
    }

    /// Renames as sqlx does, with the same library.
    pub(crate) fn apply(self, name: &str) -> String {
        match self {
            Self::Lower => name.to_lowercase(),
            Self::Snake => name.to_snake_case(),
            Self::Upper => name.to_uppercase(),
            Self::ScreamingSnake => name.to_shouty_snake_case(),
            Self::Kebab => name.to_kebab_case(),
            Self::Camel => name.to_lower_camel_case(),
            Self::Pascal => name.to_upper_camel_case(),
        }
    }
}

/// Reads all `#[sqlx(…)]` among the attributes.
pub(crate) fn read(attributes: &[Attribute]) -> SqlxAttributes {
    let mut found = SqlxAttributes::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("sqlx")) {
        // An error ends the reading of this attribute; sqlx says what is wrong with it.
        let _ = attribute.parse_nested_meta(|meta| entry(&meta, &mut found));
    }
    found
}

fn entry(meta: &ParseNestedMeta, found: &mut SqlxAttributes) -> syn::Result<()> {
    let key = meta.path.require_ident()?.to_string();
    match key.as_str() {
        "rename" => found.rename = Some(string(meta)?),
        "type_name" => found.type_name = Some(string(meta)?),
        "rename_all" => found.rename_all = RenameAll::parse(&string(meta)?.value),
        "try_from" => found.try_from = Some(meta.value()?.parse::<LitStr>()?.parse()?),
        "skip" => found.skip = true,
        "flatten" => found.flatten = true,
        "transparent" => found.transparent = true,
        "json" => found.json = Some(json(meta)?),
        _ if meta.input.peek(Token![=]) => {
            meta.value()?.parse::<syn::Expr>()?;
        }
        _ => {}
    }
    Ok(())
}

fn string(meta: &ParseNestedMeta) -> syn::Result<Spanned<String>> {
    let literal: LitStr = meta.value()?.parse()?;
    Ok(Spanned::new(literal.value(), &literal))
}

fn json(meta: &ParseNestedMeta) -> syn::Result<JsonNull> {
    let mut null = JsonNull::Value;
    if meta.input.peek(syn::token::Paren) {
        meta.parse_nested_meta(|inner| {
            if inner.path.is_ident("nullable") {
                null = JsonNull::Sql;
            }
            Ok(())
        })?;
    }
    Ok(null)
}
