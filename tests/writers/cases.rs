//! What the cases have in common.

use tests::workload::{Release, Values};

/// A release of a table.
pub(crate) fn release(table: &'static str, fields: &[tests::workload::Field], unique: Option<&'static str>) -> Release {
    Release { table, fields: fields.to_vec(), unique }
}

/// Values of a row that was there before.
pub(crate) fn values<const N: usize>(values: [(&'static str, String); N]) -> Values {
    values.into_iter().map(|(name, value)| (name, Some(value))).collect()
}
