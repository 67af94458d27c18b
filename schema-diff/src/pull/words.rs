//! Words of Rust.

use std::collections::BTreeSet;

use heck::{ToSnakeCase, ToUpperCamelCase};
use syn::Ident;

/// Names that an item of ours would hide from its neighbours: what the prelude brings, and every type that a field may
/// have by its bare name, since the reader takes a name in scope for ours.
const TAKEN: &[&str] = &[
    "Arc",
    "AsMut",
    "AsRef",
    "BigDecimal",
    "BitVec",
    "Box",
    "Clone",
    "Copy",
    "Cow",
    "Date",
    "DateTime",
    "Debug",
    "Decimal",
    "Default",
    "Deserialize",
    "DoubleEndedIterator",
    "Drop",
    "Duration",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "FixedOffset",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "FromRow",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "IpAddr",
    "IpNet",
    "IpNetwork",
    "Iterator",
    "Json",
    "JsonRawValue",
    "JsonValue",
    "MacAddress",
    "NaiveDate",
    "NaiveDateTime",
    "NaiveTime",
    "None",
    "OffsetDateTime",
    "Oid",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "PgBox",
    "PgCiText",
    "PgCircle",
    "PgCube",
    "PgHstore",
    "PgInterval",
    "PgLQuery",
    "PgLSeg",
    "PgLTree",
    "PgLine",
    "PgMoney",
    "PgPath",
    "PgPoint",
    "PgPolygon",
    "PgRange",
    "PgTimeTz",
    "PrimitiveDateTime",
    "RawValue",
    "Rc",
    "Result",
    "Schema",
    "Self",
    "Send",
    "Serialize",
    "Sized",
    "Some",
    "String",
    "Sync",
    "Text",
    "Time",
    "TimeDelta",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Type",
    "Unpin",
    "UtcOffset",
    "Utc",
    "Uuid",
    "Value",
    "Vec",
];

/// Whether the text is a word that may stand as it is.
pub(crate) fn is_word(text: &str) -> bool {
    text.is_ascii() && text != "_" && syn::parse_str::<Ident>(text).is_ok()
}

/// Whether the text can stand for itself among tokens, keyword or not.
pub(crate) fn is_token(text: &str) -> bool {
    is_word(text) || (text != "_" && is_word(&format!("{text}_")) && !text.ends_with('_') && text.is_ascii())
}

/// The text as a word, raw where it is a keyword, with an underscore where that isn't possible.
pub(crate) fn word(text: &str) -> String {
    if is_word(text) {
        return text.to_owned();
    }
    let raw = format!("r#{text}");
    if syn::parse_str::<Ident>(&raw).is_ok() { raw } else { format!("{text}_") }
}

/// A field's name for a column: the column's own where it is one already.
pub(crate) fn field(column: &str) -> String {
    let plain = column.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let kept = plain && !column.trim_matches('_').is_empty() && !column.trim_matches('_').contains("__");
    let snake = if kept { column.to_owned() } else { snake(column, "column") };
    if snake.starts_with(|first: char| first.is_ascii_digit()) { format!("_{snake}") } else { word(&snake) }
}

/// A module's name for an item.
pub(crate) fn module(item: &str) -> String {
    let name = item.to_snake_case();
    // `mod.rs` is the name of another file.
    if is_word(&name) { name } else { format!("{name}_") }
}

/// The name of a struct, an enum or a variant.
pub(crate) fn camel(text: &str, otherwise: &str) -> String {
    let camel: String = ascii(text).to_upper_camel_case();
    match camel.chars().next() {
        None => otherwise.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("{otherwise}{camel}"),
        Some(_) if camel == "Self" => "Self_".to_owned(),
        Some(_) => camel,
    }
}

fn snake(text: &str, otherwise: &str) -> String {
    let snake = ascii(text).to_snake_case();
    if snake.is_empty() { otherwise.to_owned() } else { snake }
}

/// What isn't ASCII is left out: compilers and people may write the same letter in two ways.
fn ascii(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect()
}

/// Whether an item can't have that name.
pub(crate) fn is_taken(name: &str) -> bool {
    TAKEN.contains(&name)
}

/// The first of the names that is free, else the last with a number.
pub(crate) fn free(candidates: &[String], taken: &BTreeSet<String>) -> String {
    let free = |name: &String| !taken.contains(name) && !is_taken(name);
    if let Some(found) = candidates.iter().find(|name| free(name)) {
        return found.clone();
    }
    let last = candidates.last().cloned().unwrap_or_default();
    (2..).map(|number| format!("{last}{number}")).find(free).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_word() {
        for (column, name) in [
            ("user_name", "user_name"),
            ("type", "r#type"),
            ("self", "self_"),
            ("userName", "user_name"),
            ("2fa", "_2fa"),
            ("first name", "first_name"),
            ("größe", "gr_e"),
            ("\"", "column"),
            ("_", "column"),
            ("a__b", "a_b"),
            ("_id", "_id"),
        ] {
            assert_eq!(field(column), name, "{column}");
            assert!(syn::parse_str::<Ident>(&field(column)).is_ok());
        }
        assert_eq!(camel("2fa_codes", "Table"), "Table2faCodes");
        assert_eq!(module("Mod"), "mod_");
        assert!(is_token("type") && !is_token("a b") && !is_token("_") && !is_token("1a"));
    }
}
