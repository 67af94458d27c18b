//! Statements that the server doesn't prepare: of these only COPY, TRUNCATE and LOCK name tables that a migration may change.

use super::scan::Words;

/// A statement that can't be prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utility {
    /// Its first word, in capitals.
    pub verb: String,
    /// The tables that it names.
    pub tables: Vec<UtilityTable>,
    /// Whether a view will do.
    pub takes_views: bool,
}

/// A table that such a statement names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UtilityTable {
    /// Its namespace, where it is named.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The columns that are named.
    pub columns: Vec<String>,
}

/// What the server prepares.
const PREPARED: &[&str] = &["select", "insert", "update", "delete", "merge", "values", "with", "table", "("];

/// The statement, if it is one of those.
pub fn utility(text: &str) -> Option<Utility> {
    let words = Words::of(text);
    if words.len() == 0 || PREPARED.iter().any(|first| words.reads(0, &[first])) {
        return None;
    }
    let verb = words.name(0).unwrap_or_default().to_uppercase();
    let tables = match verb.as_str() {
        "COPY" => words.qualified(1).map(|(namespace, name, after)| {
            let columns = words.list(after).map_or_else(Vec::new, |(parts, _)| parts);
            let columns = columns.iter().filter_map(|part| words.name(part.start).map(str::to_owned)).collect();
            vec![UtilityTable { namespace, name, columns }]
        }),
        "TRUNCATE" | "LOCK" => Some(listed(&words)),
        _ => None,
    };
    let takes_views = verb == "LOCK";
    Some(Utility { verb, tables: tables.unwrap_or_default(), takes_views })
}

/// The tables after TRUNCATE or LOCK.
fn listed(words: &Words) -> Vec<UtilityTable> {
    let mut tables = Vec::new();
    let mut at = 1;
    while words.reads(at, &["table"]) || words.reads(at, &["only"]) {
        at += 1;
    }
    while let Some((namespace, name, after)) = words.qualified(at) {
        tables.push(UtilityTable { namespace, name, columns: Vec::new() });
        if !words.reads(after, &[","]) {
            break;
        }
        at = after + 1;
    }
    tables
}
