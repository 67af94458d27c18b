//! Indexes as `index(…)`.

use schema_model::{Identifier, Index, IndexKey, IndexKeyTarget, NullsOrder};

use super::tree::Key;
use super::{expression, words};

/// Words that mean an option where they stand alone in a list.
const OPTIONS: &[&str] =
    &["unique", "nulls_not_distinct", "deferrable", "not_valid", "no_inherit", "asc", "desc", "nulls", "first", "last"];

/// A column in `primary_key(…)`, `include(…)` and the like.
pub(crate) fn column(name: &Identifier) -> String {
    let text = name.as_str();
    if words::is_token(text) && !OPTIONS.contains(&text) { text.to_owned() } else { expression::literal(text) }
}

/// A column among index keys, where a string is SQL.
pub(crate) fn key_column(name: &Identifier) -> String {
    let text = name.as_str();
    if words::is_token(text) && !OPTIONS.contains(&text) {
        return text.to_owned();
    }
    expression::literal(&format!("\"{}\"", text.replace('"', "\"\"")))
}

/// Names with commas between them.
pub(crate) fn columns(names: &[Identifier]) -> Vec<String> {
    names.iter().map(column).collect()
}

/// The index; at the field of its only column without that one's name.
pub(crate) fn index(index: &Index, own: Option<&Identifier>, name: Option<&Identifier>) -> Key {
    // Every field is named, so that a new one can't be passed over.
    let Index { name: _, unique, method, keys, include, predicate, nulls_not_distinct, with, invalid: _ } = index;
    let mut parts: Vec<String> = keys.iter().map(|each| key(each, own)).filter(|text| !text.is_empty()).collect();
    if *unique {
        parts.push("unique".to_owned());
    }
    if *nulls_not_distinct {
        parts.push("nulls_not_distinct".to_owned());
    }
    if method != "btree" {
        parts.push(format!(
            "using = {}",
            if words::is_word(method) { method.clone() } else { expression::literal(method) }
        ));
    }
    if !include.is_empty() {
        parts.push(format!("include({})", columns(include).join(", ")));
    }
    if !with.is_empty() {
        parts.push(format!("with({})", with.iter().map(|each| parameter(each)).collect::<Vec<_>>().join(", ")));
    }
    parts.extend(predicate.as_ref().map(|predicate| format!("where = {}", expression::value(predicate))));
    parts.extend(name.map(named));
    Key::list("index", parts)
}

/// `name = "…"`.
pub(crate) fn named(name: &Identifier) -> String {
    format!("name = {}", expression::literal(name.as_str()))
}

/// `fillfactor = 70`.
pub(crate) fn parameter(text: &str) -> String {
    let (name, value) = text.split_once('=').unwrap_or((text, "true"));
    let plain = words::is_word(value) || (!value.is_empty() && value.chars().all(|c| c.is_ascii_digit()));
    format!("{name} = {}", if plain { value.to_owned() } else { expression::literal(value) })
}

/// Whether a key is the column and perhaps its order.
pub(crate) fn is_column(key: &IndexKey, name: &Identifier) -> bool {
    key.operator_class.is_none()
        && key.collation.is_none()
        && matches!(&key.target, IndexKeyTarget::Column(column) if column == name)
}

fn key(key: &IndexKey, own: Option<&Identifier>) -> String {
    let IndexKey { target, descending, nulls, operator_class, parameters, collation, declared: _ } = key;
    let mut words = Vec::new();
    match target {
        IndexKeyTarget::Column(column) if Some(column) == own => {}
        IndexKeyTarget::Column(column) => words.push(key_column(column)),
        IndexKeyTarget::Expression(expression) => words.push(operand(&expression::value(expression))),
    }
    words.extend(collation.as_ref().map(|name| format!("collate {}", expression::collation(name))));
    words.extend(operator_class.as_ref().map(|class| match parameters.is_empty() {
        true => class.clone(),
        false => format!("{class}({})", parameters.iter().map(|each| parameter(each)).collect::<Vec<_>>().join(", ")),
    }));
    words.extend(descending.then(|| "desc".to_owned()));
    match nulls {
        Some(NullsOrder::First) => words.push("nulls first".to_owned()),
        Some(NullsOrder::Last) => words.push("nulls last".to_owned()),
        None => {}
    }
    words.join(" ")
}

/// Only a call stands bare: the end of any other expression couldn't be told from an operator class.
fn operand(value: &str) -> String {
    if value.starts_with('"') || value.starts_with("r#") {
        return value.to_owned();
    }
    let name: &str = value.split('(').next().unwrap_or_default();
    let call = value.ends_with(')')
        && value.matches('(').count() == 1
        && name.split('.').all(words::is_word)
        && !["include", "with"].contains(&name);
    if call { value.to_owned() } else { expression::literal(value) }
}
