//! Names that mean other columns than before, without any error.

use std::collections::BTreeSet;

use super::super::finding::{Class, Verdict};
use super::Case;
use crate::dialect::postgres::compat::{Use, WriteKind, has_star};

/// Compares the columns that the server finds in the query. A `*` takes them as they come, and so does an INSERT without
/// a column list: what that means is another rule's matter.
pub(super) fn all(case: &Case<'_>) -> Vec<Verdict> {
    let (Some(was), Some(is)) = (&case.at_home.uses, &case.look.uses) else { return Vec::new() };
    if has_star(&case.candidate.query.text) || case.candidate.writes.iter().any(|write| !write.names_columns) {
        return Vec::new();
    }
    let upserted = upserted(case);
    let names = |uses: &BTreeSet<Use>| -> BTreeSet<String> {
        let named = uses.iter().map(|one| (format!(".{}", upserted.unwrap_or_default()), one));
        let told = named.filter(|(table, one)| upserted.is_none() || !one.relation.ends_with(table.as_str()));
        told.map(|(_, one)| format!("{}.{}", one.relation, one.column)).collect()
    };
    let (was, is) = (names(was), names(is));
    let list = |one: &BTreeSet<String>, other: &BTreeSet<String>| -> String {
        one.difference(other).cloned().collect::<Vec<_>>().join(", ")
    };
    let (gone, new) = (list(&was, &is), list(&is, &was));
    let what = match (gone.is_empty(), new.is_empty()) {
        (true, true) => return Vec::new(),
        (false, true) => format!("it no longer uses {gone}"),
        (true, false) => format!("it uses {new} as well"),
        (false, false) => format!("it uses {new} instead of {gone}"),
    };
    let way_out = "qualify every column with its table, and deploy that before the migration";
    vec![Verdict::new(Class::MeansSomethingElse, what, way_out)]
}

/// The table of an ON CONFLICT DO UPDATE: its row `excluded` counts as a use of every column.
fn upserted<'a>(case: &'a Case<'_>) -> Option<&'a str> {
    let inserts = case.candidate.writes.iter().find(|write| write.kind == WriteKind::Insert)?;
    let mut updates = case.candidate.writes.iter().filter(|write| write.kind == WriteKind::Update);
    updates.any(|update| update.table == inserts.table).then_some(inserts.table.as_str())
}
