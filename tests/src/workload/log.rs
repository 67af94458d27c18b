//! What the writers know that they have committed.

use std::collections::BTreeMap;

use super::release::{Field, Values};

/// A row as its writer left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// How often it was updated.
    pub revision: i64,
    /// Its values.
    pub values: Values,
}

/// The rows that one client owns; `None` once it has deleted one.
pub type Log = BTreeMap<i64, Option<Row>>;

/// A committed write to a row that everybody writes to. The row's lock puts them in an order, which the revision shows.
#[derive(Clone, Debug)]
pub struct HotWrite {
    /// The row.
    pub id: i64,
    /// The revision that it made.
    pub revision: i64,
    /// The field.
    pub field: Field,
    /// The value, or `None` if the expression was applied.
    pub value: Option<String>,
}

/// A write of one field into a row that is known.
pub(super) fn write(row: &mut Row, field: &Field, value: Option<String>) {
    // An expression over NULL is NULL.
    let value = value.or_else(|| row.values[field.name].as_deref().map(|before| field.changed(before)));
    row.values.insert(field.name, value);
    row.revision += 1;
}

/// The rows after all writes, in the order of their revisions.
///
/// # Panics
/// If a revision is missing or there twice: then a write was lost.
pub(super) fn replay(mut writes: Vec<HotWrite>, initial: impl Fn(i64) -> Values) -> Log {
    writes.sort_by_key(|write| (write.id, write.revision));
    let mut rows = Log::new();
    for one in writes {
        let row = rows.entry(one.id).or_insert_with(|| Some(Row { revision: 0, values: initial(one.id) }));
        let row = row.as_mut().expect("nobody deletes these");
        write(row, &one.field, one.value);
        assert_eq!(row.revision, one.revision, "a write to row {} was lost", one.id);
    }
    rows
}
