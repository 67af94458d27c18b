//! Which key of a struct made which constraint or index.

use schema_model::Table;
use schema_model::declare::{At, TableItem, UniqueKey};

use super::source::Source;
use crate::change::TableConstraint;

/// A constraint or index of a declared table, and where its key begins in the source.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The constraint.
    pub(crate) constraint: TableConstraint,
    /// Where its key begins.
    pub(crate) start: usize,
}

/// All of them. The reader makes them in the order in which they stand; where a flattened struct brings in others, none
/// can be told, and nothing is given.
pub(crate) fn of(source: &Source, item: &TableItem, table: &Table) -> Option<Vec<Origin>> {
    let start = |at: At| source.of_span(at.start()).start;
    let mut uniques = Vec::new();
    let mut indexes = Vec::new();
    for unique in item.all_uniques() {
        match unique {
            UniqueKey::Constraint(unique) => uniques.push(start(unique.at)),
            UniqueKey::Index(index) => indexes.push(start(index.at)),
        }
    }
    indexes.extend(item.all_indexes().map(|index| start(index.at)));
    let checks: Vec<usize> = item.all_checks().map(|check| start(check.at)).collect();
    let references: Vec<usize> = item.all_references().map(|reference| start(reference.at)).collect();
    let counts = [uniques.len(), indexes.len(), checks.len(), references.len()];
    if counts != [table.uniques.len(), table.indexes.len(), table.checks.len(), table.foreign_keys.len()] {
        return None;
    }
    let origin = |(constraint, start)| Origin { constraint, start };
    let mut all = Vec::new();
    all.extend(table.uniques.iter().cloned().map(TableConstraint::Unique).zip(uniques).map(origin));
    all.extend(table.checks.iter().cloned().map(TableConstraint::Check).zip(checks).map(origin));
    all.extend(table.foreign_keys.iter().cloned().map(TableConstraint::ForeignKey).zip(references).map(origin));
    all.extend(table.indexes.iter().cloned().map(TableConstraint::Index).zip(indexes).map(origin));
    Some(all)
}
