//! Names of sync triggers, their functions and counters.

use schema_model::{Identifier, QualifiedName};

use crate::inspection::SYNC_MARK;
use crate::plan::Context;
use crate::plan::name::fitted;

/// The names for one column.
pub(super) struct SyncNames {
    pub(super) function: QualifiedName,
    pub(super) closing_function: QualifiedName,
    pub(super) legacy_counter: QualifiedName,
    /// Names that sort after every other BEFORE ROW trigger of the table.
    pub(super) insert: Identifier,
    pub(super) update: Identifier,
    pub(super) closing: Identifier,
    /// Names that sort before every other one.
    pub(super) first_insert: Identifier,
    pub(super) first_update: Identifier,
}

/// Chooses the names. Triggers fire in the byte order of their names, so the choice is computed from the catalog.
pub(super) fn sync_names(context: &Context<'_>, table: &QualifiedName, column: &Identifier) -> SyncNames {
    let mark = SYNC_MARK.trim_end_matches('_');
    let own = |label: &str| table.sibling(fitted(&[mark, table.name.as_str(), column.as_str()], label));
    let others: Vec<&str> = context
        .triggers(table)
        .iter()
        .filter(|trigger| trigger.before && trigger.for_each_row)
        .map(|trigger| trigger.name.as_str())
        .collect();
    let last = |label: &str| {
        sorted_name(column, label, &["zz_", "~", "~~", "\u{10ffff}"], |name| others.iter().all(|o| *o < name))
    };
    let first = |label: &str| {
        sorted_name(column, label, &["a_", "0_", "!", "!!", "\u{1}"], |name| others.iter().all(|o| *o > name))
    };
    SyncNames {
        function: own("function"),
        closing_function: own("closing"),
        legacy_counter: own("legacy"),
        insert: last("i"),
        update: last("u"),
        closing: last("z"),
        first_insert: first("i"),
        first_update: first("u"),
    }
}

/// The first prefix with which the name stands where it must; the last one where none does.
fn sorted_name(column: &Identifier, label: &str, prefixes: &[&str], stands: impl Fn(&str) -> bool) -> Identifier {
    let mark = SYNC_MARK.trim_end_matches('_');
    let candidates: Vec<Identifier> =
        prefixes.iter().map(|prefix| fitted(&[&format!("{prefix}{mark}"), column.as_str()], label)).collect();
    let found = candidates.iter().find(|name| stands(name.as_str())).or(candidates.last());
    found.cloned().unwrap_or_else(|| fitted(&[mark, column.as_str()], label))
}
