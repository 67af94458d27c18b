//! Statements that nobody but the catalog checks: COPY, TRUNCATE, LOCK.

use super::super::finding::{Class, Verdict};
use crate::dialect::postgres::compat::{Snapshot, Utility, UtilityTable};

/// What is to be said of such a statement.
pub(in super::super) fn of_utility(utility: &Utility, now: &Snapshot) -> Vec<Verdict> {
    utility.tables.iter().filter_map(|table| of_table(utility, table, now)).collect()
}

fn of_table(utility: &Utility, table: &UtilityTable, now: &Snapshot) -> Option<Verdict> {
    let fails = |what: String| {
        Some(Verdict::new(Class::Fails, what, "change this statement before the migration, or keep the table as it is"))
    };
    let Some(relation) = now.relation(table.namespace.as_deref(), &table.name) else {
        return fails(format!("{} names {}, which isn't there", utility.verb, table.name));
    };
    if relation.is_view && !utility.takes_views {
        return fails(format!("{} takes no view, and {} is one here", utility.verb, table.name));
    }
    let has = |column: &String| relation.columns.values().any(|(name, _)| name == column);
    match table.columns.iter().find(|column| !has(column)) {
        Some(missing) => fails(format!("column \"{missing}\" of relation \"{}\" does not exist", table.name)),
        None => None,
    }
}
