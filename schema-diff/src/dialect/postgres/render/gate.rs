//! Queries that count what stands in the way of the contract.

use schema_model::{Identifier, Index, IndexKeyTarget, QualifiedName, SqlType};

use super::sync::{backward_value, different, forward_value, over_row};
use super::{quote, table};
use crate::change::TableConstraint;
use crate::plan::sync::{Sync, SyncKind};

/// Rows in which the two forms disagree in both directions: with a lossy conversion one direction may differ.
pub(super) fn equal(sync: &Sync) -> String {
    let table = quote::qualified(&sync.table);
    match &sync.kind {
        SyncKind::TwoWay(two_way) => {
            let (old, new) = (format!("t.{}", quote::name(&two_way.old)), format!("t.{}", quote::name(&two_way.new)));
            let (forward, backward) = (forward_value(sync, two_way, "t"), backward_value(sync, two_way, "t"));
            let wrong = different(two_way.plain, &new, &forward);
            if forward == old && backward == new {
                return format!("SELECT count(*) FROM {table} AS t WHERE {wrong}");
            }
            let back_too = different(two_way.plain, &old, &backward);
            format!("SELECT count(*) FROM {table} AS t WHERE {wrong} AND {back_too}")
        }
        SyncKind::Fill { column, .. } => {
            format!("SELECT count(*) FROM {table} AS t WHERE t.{} IS NULL", quote::name(column))
        }
    }
}

/// Rows in which a column holds something else than what we write into it ourselves.
pub(super) fn written(
    table: &QualifiedName,
    (column, sql_type): (&Identifier, &SqlType),
    columns: &[Identifier],
    value: Option<&str>,
) -> String {
    let own = format!("t.{}", quote::name(column));
    let other = value.map(|value| {
        let value = format!("{}::{sql_type}", over_row(value, "t", table, columns));
        format!(" AND {}", different(false, &own, &value))
    });
    let differs = format!("{own} IS NOT NULL{}", other.unwrap_or_default());
    format!("SELECT count(*) FROM {} AS t WHERE {differs}", quote::qualified(table))
}

/// Rows, or groups of rows, that violate a constraint.
pub(super) fn valid(table: &QualifiedName, constraint: &TableConstraint) -> String {
    let target = quote::qualified(table);
    match constraint {
        TableConstraint::Check(check) => {
            format!(
                "SELECT count(*) FROM {target} AS t WHERE NOT ({})",
                table::without_parentheses(check.expression.canonical())
            )
        }
        TableConstraint::ForeignKey(key) => {
            let pairs = key.columns.iter().zip(&key.referenced_columns);
            let joined: Vec<String> = pairs
                .map(|(column, referenced)| format!("r.{} = t.{}", quote::name(referenced), quote::name(column)))
                .collect();
            let present: Vec<String> =
                key.columns.iter().map(|column| format!("t.{} IS NOT NULL", quote::name(column))).collect();
            format!(
                "SELECT count(*) FROM {target} AS t WHERE {} AND NOT EXISTS (SELECT FROM {} AS r WHERE {})",
                present.join(" AND "),
                quote::qualified(&key.references),
                joined.join(" AND ")
            )
        }
        TableConstraint::Unique(unique) => {
            let keys: Vec<String> = unique.columns.iter().map(quote::name).collect();
            duplicates(&target, &keys, unique.nulls_not_distinct, None)
        }
        TableConstraint::Index(index) => duplicates_of_index(&target, index),
    }
}

fn duplicates_of_index(target: &str, index: &Index) -> String {
    let key = |target: &IndexKeyTarget| match target {
        IndexKeyTarget::Column(column) => quote::name(column),
        IndexKeyTarget::Expression(expression) => expression.canonical().to_owned(),
    };
    let keys: Vec<String> = index.keys.iter().map(|one| key(&one.target)).collect();
    let predicate = index.predicate.as_ref().map(|predicate| predicate.canonical());
    duplicates(target, &keys, index.nulls_not_distinct, predicate)
}

fn duplicates(target: &str, keys: &[String], nulls_not_distinct: bool, predicate: Option<&str>) -> String {
    let mut conditions: Vec<String> = predicate.map(|predicate| format!("({predicate})")).into_iter().collect();
    if !nulls_not_distinct {
        conditions.extend(keys.iter().map(|key| format!("{key} IS NOT NULL")));
    }
    let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    format!(
        "SELECT count(*) FROM (SELECT FROM {target} AS t{filter} GROUP BY {} HAVING count(*) > 1) AS duplicates",
        keys.join(", ")
    )
}
