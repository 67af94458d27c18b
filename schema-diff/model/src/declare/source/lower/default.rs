//! Defaults that are variants of enums.

use syn::Path;

use super::super::column_type::storage_type;
use super::super::declaration::Declaration;
use super::super::scope::Resolved;
use super::Context;
use crate::declare::enum_item::{EnumItem, Storage, VariantItem};
use crate::declare::field::{DefaultValue, Field};
use crate::declare::item::Kind;
use crate::declare::mistake::Mistakes;
use crate::expression::Expression;
use crate::sql_type::SqlType;

/// The default of a field.
pub(crate) fn of(
    context: Context<'_>,
    declaration: &Declaration,
    field: &Field,
    column: &SqlType,
    mistakes: &mut Mistakes,
) -> Option<Expression> {
    match field.default.as_ref()? {
        DefaultValue::Sql(expression) => Some(expression.clone()),
        DefaultValue::Variant(path) => variant(context, declaration, path, column, mistakes),
    }
}

fn variant(
    context: Context<'_>,
    declaration: &Declaration,
    path: &Path,
    column: &SqlType,
    mistakes: &mut Mistakes,
) -> Option<Expression> {
    let mut segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let name = segments.pop()?;
    let Some(item) = find_enum(context, declaration, &segments, path) else {
        let help =
            "only an enum with `#[derive(Schema)]` can be named here; write any other default as SQL in a string";
        mistakes.with_help(path, "this default is no variant of a known enum", help);
        return None;
    };
    let Some(variant) = item.variants.iter().find(|variant| variant.ident == name) else {
        let known: Vec<String> = item.variants.iter().map(|variant| variant.ident.to_string()).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        mistakes.unknown(&path.segments.last(), "variant", &name, &known);
        return None;
    };
    let own = storage_type(&item.storage);
    if own != *column {
        mistakes.at(path, format_args!("the column is {column}, and this is a value of {own}"));
        return None;
    }
    let sql = sql(&item.storage, variant);
    if sql.is_none() {
        mistakes.at(path, "the number of this variant isn't a literal, so that it can't be the default");
    }
    sql.map(Expression::declared)
}

fn find_enum<'a>(
    context: Context<'a>,
    declaration: &Declaration,
    segments: &[String],
    path: &Path,
) -> Option<&'a EnumItem> {
    let external = path.leading_colon.is_some();
    let Resolved::Here(target) = context.tree.resolve(declaration.module, segments, external) else { return None };
    match &context.declarations.list[context.declarations.of(&target)?].item.kind {
        Kind::Enum(item) => Some(item),
        _ => None,
    }
}

/// A variant as the server would write it as a default.
fn sql(storage: &Storage, variant: &VariantItem) -> Option<String> {
    let literal = format!("'{}'", variant.label.replace('\'', "''"));
    match storage {
        Storage::Native(_) | Storage::Label(_) => Some(format!("{literal}::{}", storage_type(storage))),
        Storage::Number(_) => variant.number.map(|number| number.to_string()),
    }
}
