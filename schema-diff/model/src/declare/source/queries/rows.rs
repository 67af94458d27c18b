//! What rows are read into: the fields of a struct, and the column type that each Rust type takes.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DataEnum, Fields, Type};

use super::{RowField, RustValue};
use crate::declare::rust_type::{self, Core};
use crate::declare::source::scope::{Resolved, Target};
use crate::declare::source::tree::{Definition, ModuleId, Tree, TypeName};
use crate::declare::sqlx::{self, JsonNull};
use crate::declare::type_text;
use crate::sql_type::SqlType;

/// Looks types up.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) tree: &'a Tree,
    /// Whether sqlx's attributes count: the macros take fields by their own names.
    pub(super) by_name: bool,
}

/// Longer chains of aliases, newtypes and flattened structs than this are circles.
const MAX_DEPTH: usize = 8;

impl<'a> Rows<'a> {
    /// The fields of a struct; nothing where the type isn't one of the source.
    pub(super) fn fields(self, module: ModuleId, ty: &Type) -> Option<Vec<RowField>> {
        self.fields_within(module, ty, MAX_DEPTH)
    }

    /// What a type takes.
    pub(super) fn value(self, module: ModuleId, ty: &Type) -> Option<RustValue> {
        // `_` says nothing.
        (!matches!(ty, Type::Infer(_))).then(|| self.value_within(module, ty, MAX_DEPTH))
    }

    fn fields_within(self, module: ModuleId, ty: &Type, depth: usize) -> Option<Vec<RowField>> {
        let target = self.target(module, ty)?;
        let definition = match target.name {
            TypeName::Alias(ty) => return self.fields_within(target.module, ty, depth.checked_sub(1)?),
            TypeName::Defined(definition) => definition,
            TypeName::Read(_) | TypeName::Declared(_) => return None,
        };
        let Data::Struct(data) = &definition.input.data else { return None };
        let Fields::Named(fields) = &data.fields else { return None };
        let of_struct = sqlx::read(&definition.input.attrs);
        let all_may_be_missing = has_word(&definition.input.attrs, "default");
        let mut found = Vec::new();
        for field in &fields.named {
            let Some(ident) = &field.ident else { continue };
            let own = sqlx::read(&field.attrs);
            let name = ident.unraw().to_string();
            if self.by_name && own.skip {
                continue;
            }
            if self.by_name && own.flatten {
                found.extend(self.fields_within(target.module, &field.ty, depth.checked_sub(1)?)?);
                continue;
            }
            let renamed = own.rename.map(|name| name.value);
            let column = match of_struct.rename_all {
                _ if !self.by_name => name,
                Some(case) => renamed.unwrap_or_else(|| case.apply(&name)),
                None => renamed.unwrap_or(name),
            };
            let mut value = self.value_within(target.module, own.try_from.as_ref().unwrap_or(&field.ty), depth);
            if let Some(null) = own.json {
                value = RustValue {
                    sql_type: Some(SqlType::builtin("jsonb")),
                    labels: None,
                    optional: null == JsonNull::Sql,
                    ..value
                };
            }
            let may_be_missing = all_may_be_missing || has_word(&field.attrs, "default");
            found.push(RowField { column, value, may_be_missing });
        }
        Some(found)
    }

    fn target(self, module: ModuleId, ty: &Type) -> Option<Target<'a>> {
        let Type::Path(path) = ty else { return None };
        let segments = rust_type::segments(path);
        match self.tree.resolve(module, &segments, path.path.leading_colon.is_some()) {
            Resolved::Here(target) => Some(target),
            Resolved::Elsewhere(_) | Resolved::Open => None,
        }
    }

    fn value_within(self, module: ModuleId, ty: &Type, depth: usize) -> RustValue {
        let peeled = rust_type::peel(ty);
        let mut value =
            RustValue { type_name: type_text::of(ty), sql_type: None, optional: peeled.optional, labels: None };
        match &peeled.core {
            Core::Bytes => value.sql_type = Some(SqlType::builtin("bytea")),
            Core::Impossible(..) => {}
            Core::Path(path) => match self.target(module, &Type::Path(path.clone())) {
                Some(target) => self.of_target(&target, &mut value, depth),
                None => value.sql_type = rust_type::known(&self.full(module, path), path),
            },
        }
        if peeled.array {
            value.sql_type = value.sql_type.map(SqlType::into_array);
        }
        value
    }

    /// The path with `use` resolved.
    fn full(self, module: ModuleId, path: &syn::TypePath) -> Vec<String> {
        let segments = rust_type::segments(path);
        match self.tree.resolve(module, &segments, path.path.leading_colon.is_some()) {
            Resolved::Elsewhere(full) => full,
            Resolved::Here(_) | Resolved::Open => segments,
        }
    }

    fn of_target(self, target: &Target<'_>, value: &mut RustValue, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let inner = match target.name {
            TypeName::Alias(ty) => ty,
            TypeName::Read(_) | TypeName::Declared(_) => return,
            TypeName::Defined(definition) if !derives_type(definition) => return,
            TypeName::Defined(definition) => match &definition.input.data {
                Data::Enum(data) => return of_enum(definition, data, value),
                Data::Struct(data) => {
                    let own = sqlx::read(&definition.input.attrs);
                    if let Some(name) = own.type_name {
                        value.sql_type = Some(SqlType::parse(&name.value));
                        return;
                    }
                    match (&data.fields, data.fields.iter().next()) {
                        (fields, Some(field)) if fields.len() == 1 => &field.ty,
                        _ => return,
                    }
                }
                Data::Union(_) => return,
            },
        };
        let inner = self.value_within(target.module, inner, depth);
        value.sql_type = inner.sql_type;
        value.labels = inner.labels;
        value.optional |= inner.optional;
    }
}

/// A native enum under its name, a text enum, or a number by `repr`.
fn of_enum(definition: &Definition, data: &DataEnum, value: &mut RustValue) {
    let own = sqlx::read(&definition.input.attrs);
    let number = [("i8", "\"char\""), ("i16", "smallint"), ("i32", "integer"), ("i64", "bigint")]
        .into_iter()
        .find(|(repr, _)| definition.input.attrs.iter().any(|one| one.path().is_ident("repr") && says(one, repr)));
    if let Some((_, sql)) = number {
        value.sql_type = Some(SqlType::builtin(sql));
        return;
    }
    let name = own.type_name.map_or_else(|| definition.name(), |name| name.value);
    value.sql_type = Some(SqlType::parse(&name));
    let label = |variant: &syn::Variant| {
        let name = variant.ident.unraw().to_string();
        let renamed = sqlx::read(&variant.attrs).rename.map(|name| name.value);
        renamed.unwrap_or_else(|| own.rename_all.map_or(name.clone(), |case| case.apply(&name)))
    };
    value.labels = Some(data.variants.iter().map(label).collect());
}

/// Whether a derive says how the type is read; who says it by hand may take anything.
fn derives_type(definition: &Definition) -> bool {
    let derives = definition.input.attrs.iter().filter(|one| one.path().is_ident("derive"));
    derives.into_iter().any(|one| says(one, "Type"))
}

fn says(attribute: &Attribute, word: &str) -> bool {
    let text = attribute.meta.to_token_stream().to_string();
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|one| one == word)
}

fn has_word(attributes: &[Attribute], word: &str) -> bool {
    attributes.iter().any(|one| one.path().is_ident("sqlx") && says(one, word))
}
