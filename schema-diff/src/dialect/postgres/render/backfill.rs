//! A backfill in batches over the primary key.
//!
//! The value is computed from the locked row; only unfilled rows are touched; rows that somebody has locked are
//! passed over, so that a writer never waits for more than its own row and no deadlock can hit the application.

use schema_model::{Identifier, SqlType};

use super::quote;
use super::sync::over_row;
use crate::plan::step::Fill;
use crate::statement::{Backfill, Statement};

pub(super) fn render(fill: &Fill) -> Backfill {
    let table = quote::qualified(&fill.table);
    let key: Vec<&Identifier> = fill.key.iter().map(|(name, _)| name).collect();
    let list = |row: &str| key.iter().map(|name| format!("{row}{}", quote::name(name))).collect::<Vec<_>>().join(", ");
    let unfilled = unfilled(fill, "t");
    let size = fill.key.len();
    let after = format!("($1::text IS NULL OR {} > {})", row(&list("t.")), row(&bounds(&fill.key, 1)));
    let until = format!("{} <= {}", row(&list("t.")), row(&bounds(&fill.key, size + 1)));
    let texts = key.iter().map(|name| format!("k.{}::text", quote::name(name))).collect::<Vec<_>>().join(", ");
    let descending = key.iter().map(|name| format!("k.{} DESC", quote::name(name))).collect::<Vec<_>>().join(", ");
    let range = format!(
        "SELECT {texts} FROM (SELECT {columns} FROM {table} AS t WHERE {after} ORDER BY {columns} LIMIT ${limit}) AS k ORDER BY {descending} LIMIT 1",
        columns = list("t."),
        limit = size + 1,
    );
    let batch = |locking: &str| {
        let assignments: Vec<String> = fill.assignments.iter().map(|assignment| set(fill, assignment)).collect();
        let joined: Vec<String> = key.iter().map(|name| format!("t.{0} = batch.{0}", quote::name(name))).collect();
        format!(
            "WITH batch AS MATERIALIZED (\n    SELECT {columns} FROM {table} AS t\n    WHERE {after} AND {until} AND {unfilled}\n    ORDER BY {columns} FOR NO KEY UPDATE{locking}\n)\nUPDATE {table} AS t SET {set}\nFROM batch WHERE {joined} AND {unfilled}",
            columns = list("t."),
            set = assignments.join(", "),
            joined = joined.join(" AND "),
        )
    };
    Backfill {
        table: fill.table.clone(),
        key: fill.key.clone(),
        triggers: fill.triggers,
        range: Statement::new(range),
        batch: Statement::new(batch(" SKIP LOCKED")),
        straggler: Statement::new(batch("")),
        remaining: Statement::new(format!("SELECT count(*) FROM {table} AS t WHERE {unfilled}")),
    }
}

/// Rows that have a value to come and don't have it yet. A row whose value is NULL is filled as it is.
fn unfilled(fill: &Fill, row: &str) -> String {
    let one = |(column, value): &(Identifier, String)| {
        format!(
            "({row}.{} IS NULL AND {} IS NOT NULL)",
            quote::name(column),
            over_row(value, row, &fill.table, &fill.columns)
        )
    };
    let conditions: Vec<String> = fill.assignments.iter().map(one).collect();
    match conditions.as_slice() {
        [single] => single.clone(),
        several => format!("({})", several.join(" OR ")),
    }
}

/// With several columns in one pass a row may have some of them already.
fn set(fill: &Fill, (column, value): &(Identifier, String)) -> String {
    let name = quote::name(column);
    let value = over_row(value, "t", &fill.table, &fill.columns);
    if fill.assignments.len() == 1 {
        format!("{name} = {value}")
    } else {
        format!("{name} = coalesce(t.{name}, {value})")
    }
}

/// Key columns travel as text.
fn bounds(key: &[(Identifier, SqlType)], first: usize) -> String {
    let cast = |(at, (_, kind)): (usize, &(Identifier, SqlType))| format!("${}::text::{kind}", first + at);
    key.iter().enumerate().map(cast).collect::<Vec<_>>().join(", ")
}

/// A single column compares as itself, several as a row.
fn row(columns: &str) -> String {
    if columns.contains(", ") { format!("({columns})") } else { columns.to_owned() }
}
