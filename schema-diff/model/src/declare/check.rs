//! What can be wrong within one declaration, without a look at any other.
//!
//! The derive and the reader share these rules, so that both say the same at the same place. What needs other
//! declarations is said by the reader when it looks names up, and by rustc through the traits.

use super::field::Field;
use super::item::{Item, Kind};
use super::mistake::{Mistakes, Spanned};
use super::rust_type::{self, Core, Peeled};
use super::table_item::TableItem;
use crate::column::Hints;
use crate::name::Identifier;
use crate::sql_type::SqlType;

/// Checks a declaration.
pub(crate) fn item(item: &Item, mistakes: &mut Mistakes) {
    match &item.kind {
        Kind::Table(table) => self::table(item, table, mistakes),
        Kind::Newtype(newtype) if newtype.sql_type.is_none() => {
            core(item, &rust_type::peel(&newtype.inner), mistakes);
        }
        Kind::Newtype(_) | Kind::Enum(_) => {}
    }
}

fn table(item: &Item, table: &TableItem, mistakes: &mut Mistakes) {
    for (position, field) in table.fields.iter().enumerate() {
        self::field(item, table, field, mistakes);
        let same = |earlier: &&Field| !earlier.flatten && earlier.column.value == field.column.value;
        if !field.flatten && table.fields[..position].iter().any(|earlier| same(&earlier)) {
            mistakes.at(&field.ident, format_args!("the column `{}` is already there", field.column.value));
        }
    }
    // Embedded columns are known only where the embedded struct is.
    if !table.fields.iter().any(|field| field.flatten) {
        let columns: Vec<_> = table.fields.iter().map(|field| field.column.value.clone()).collect();
        named_columns(table, &columns, mistakes);
    }
    if let Some(key) = &table.primary_key
        && table.fields.iter().any(|field| field.primary_key)
    {
        mistakes.at(&key.at, "the primary key is declared twice: here and at a field");
    }
    names(table, mistakes);
}

/// Checks that the columns which the table's keys name are there.
pub(crate) fn named_columns(table: &TableItem, columns: &[Identifier], mistakes: &mut Mistakes) {
    for named in table.named_columns().filter(|named| !columns.contains(&named.value)) {
        unknown_column(named, table, columns, mistakes);
    }
}

fn unknown_column(named: &Spanned<Identifier>, table: &TableItem, columns: &[Identifier], mistakes: &mut Mistakes) {
    let name = named.value.as_str();
    let field = table.fields.iter().find(|field| field.ident == name);
    match field {
        Some(field) => {
            let help = format!("the column of the field `{name}` is named `{}`", field.column.value.as_str());
            mistakes.with_help(&named.at, format_args!("unknown column `{name}`"), help);
        }
        None => {
            let known: Vec<_> = columns.iter().map(Identifier::as_str).collect();
            mistakes.unknown(&named.at, "column", name, &known);
        }
    }
}

fn field(item: &Item, table: &TableItem, field: &Field, mistakes: &mut Mistakes) {
    let peeled = rust_type::peel(&field.ty);
    let sql_type = column_type(item, field, &peeled);
    if field.sql_type.is_none() && !field.flatten {
        core(item, &peeled, mistakes);
    }
    let nullable = field.nullable.unwrap_or(peeled.optional);
    let in_key =
        field.primary_key || table.primary_key.iter().any(|key| key.noun.columns.contains(&field.column.value));
    if nullable && (in_key || field.identity.is_some()) {
        let what = if in_key { "a primary key" } else { "an identity column" };
        let help = "take the `Option` away, or say `#[db(not_null)]`";
        mistakes.with_help(&field.ty, format_args!("{what} can't be NULL"), help);
    }
    contradictions(field, mistakes);
    if let (Some(identity), Some(sql_type)) = (&field.identity, &sql_type)
        && (sql_type.array || !matches!(sql_type.name.as_str(), "smallint" | "integer" | "bigint"))
    {
        let help = "smallint (i16), integer (i32) and bigint (i64) can be numbered";
        mistakes.with_help(&identity.at, format_args!("a column of type {sql_type} can't be numbered"), help);
    }
}

/// The column type where it can be told without looking names up.
fn column_type(item: &Item, field: &Field, peeled: &Peeled) -> Option<SqlType> {
    if let Some(written) = &field.sql_type {
        return Some(written.value.clone());
    }
    match &peeled.core {
        Core::Path(path) if !item.is_parameter(path) => {
            let known = rust_type::known(&rust_type::segments(path), path)?;
            Some(if peeled.array { known.into_array() } else { known })
        }
        _ => None,
    }
}

/// Types that no declaration can mend.
fn core(item: &Item, peeled: &Peeled, mistakes: &mut Mistakes) {
    match &peeled.core {
        Core::Impossible(why, ty) => {
            mistakes.with_help(ty, why, "`#[db(type = \"…\")]` at the field says which type the column has");
        }
        Core::Path(path) if item.is_parameter(path) && item.parameter_default(path).is_none() => {
            let help = "give the parameter a default, or say `#[db(type = \"…\")]` at the field";
            mistakes.with_help(path, "the column's type is open: this type parameter has no default", help);
        }
        Core::Path(path) => {
            let name = path.path.get_ident().map(ToString::to_string).unwrap_or_default();
            if rust_type::is_unmapped(&name) {
                let message = format!("PostgreSQL has no column type for `{name}`");
                mistakes.with_help(path, message, rust_type::advice(&name));
            }
        }
        Core::Bytes => {}
    }
}

fn contradictions(field: &Field, mistakes: &mut Mistakes) {
    let values = [field.identity.is_some(), field.default.is_some(), field.generated.is_some()];
    if values.iter().filter(|given| **given).count() > 1 {
        let help = "a column is numbered (`identity`, serial), has a `default`, or is `generated`";
        mistakes.with_help(&field.ident, "the column gets its value in more than one way", help);
    }
    if field.is_virtual && field.generated.is_none() {
        mistakes.with_help(
            &field.ident,
            "`virtual` says how a generated column is computed",
            "add `generated = \"…\"`",
        );
    }
    if let Some(sequence) = field.sequence.as_ref().filter(|_| field.identity.is_none()) {
        let help = "say `identity`, or `type = \"bigserial\"`";
        mistakes.with_help(&sequence.at, "only a numbered column has a sequence", help);
    }
    if field.generated.is_some() && field.hints.backfill.is_some() {
        mistakes.at(&field.ident, "a generated column can't have a `backfill`: the server computes it");
    }
    let Hints { renamed_from, merged_from, using, .. } = &field.hints;
    if !merged_from.is_empty() && (renamed_from.is_some() || using.is_none()) {
        let help = "say `merged_from(a = \"SQL\", b = \"SQL\")`, the value of each over the new column, and `using = \"SQL\"`, the new value over them";
        mistakes.with_help(&field.ident, "`merged_from` needs `using`, and leaves no place for `renamed_from`", help);
    }
    if field.hints.renamed_from.as_ref() == Some(&field.column.value) {
        let message = format!("the column is named `{}` already", field.column.value);
        mistakes.with_help(&field.ident, message, "`renamed_from` is the earlier name; leave it out");
    }
}

/// Names that are given to two constraints or indexes.
fn names(table: &TableItem, mistakes: &mut Mistakes) {
    let mut seen: Vec<&Identifier> = Vec::new();
    for (name, at) in table.names() {
        if seen.contains(&name) {
            mistakes.at(&at, format_args!("two constraints or indexes are named `{name}`"));
        }
        seen.push(name);
    }
}
