//! How a column's values are computed, numbered and kept.

use schema_model::{Column, Identifier, SequenceOptions, Settings, Table};

use super::expression::literal;
use super::tree::Key;
use super::types::short;

/// What is said beside `generated` and `identity`.
pub(crate) fn keys(column: &Column, table: &Table) -> Vec<Key> {
    let Settings { storage, compression, statistics } = &column.settings;
    let mut keys = Vec::new();
    keys.extend(column.is_virtual.then(|| Key::word("virtual")));
    keys.extend(sequence(column, table));
    keys.extend(storage.as_ref().map(|mode| Key::is("storage", mode.to_lowercase())));
    keys.extend(compression.as_ref().map(|method| Key::is("compression", method.clone())));
    keys.extend(statistics.map(|target| Key::is("statistics", target.to_string())));
    keys
}

/// The sequence, as far as it isn't the one that the server would make.
fn sequence(column: &Column, table: &Table) -> Option<Key> {
    let identity = column.identity.as_ref()?;
    // Every field is named, so that a new one can't be passed over.
    let SequenceOptions { data_type, start, increment, min, max, cache, cycle } = &*identity.options;
    let usual = table.name.sibling(Identifier::derived(&[table.name.name.as_str(), column.name.as_str()], "seq"));
    let mut parts = Vec::new();
    if let Some(name) = identity.sequence.as_ref().filter(|name| **name != usual) {
        let own = name.namespace == table.name.namespace;
        parts.push(format!("name = {}", literal(&if own { name.name.to_string() } else { name.to_string() })));
    }
    parts.extend(data_type.as_ref().map(|data_type| format!("type = {}", literal(&short(data_type)))));
    let numbers = [("start", start), ("increment", increment), ("min", min), ("max", max), ("cache", cache)];
    parts.extend(numbers.iter().filter_map(|(word, number)| Some(format!("{word} = {}", (**number)?))));
    parts.extend(cycle.then(|| "cycle".to_owned()));
    (!parts.is_empty()).then(|| Key::list("sequence", parts))
}
