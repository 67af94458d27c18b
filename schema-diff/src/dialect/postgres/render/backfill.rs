//! A backfill in batches: ranges of the primary key, or of the table's blocks where there is none.
//!
//! The value is computed from the locked row; only unfilled rows are touched; rows that somebody has locked are
//! passed over, so that a writer never waits for more than its own row and no deadlock can hit the application.

use schema_model::{Identifier, SqlType};

use super::quote;
use super::sync::over_row;
use crate::plan::step::{Assignment, Fill};
use crate::statement::{Backfill, Statement};

pub(super) fn render(fill: &Fill) -> Backfill {
    let table = quote::qualified(&fill.table);
    let bounds = if fill.key.is_empty() { Bounds::of_blocks(fill.range_scan) } else { Bounds::of_key(&fill.key) };
    let (remaining, unfilled) = (unfilled(fill, "t", true), unfilled(fill, "t", false));
    let assignments: Vec<String> = fill.assignments.iter().map(|assignment| set(fill, assignment)).collect();
    let update = format!("UPDATE {table} AS t SET {}", assignments.join(", "));
    let within = format!("{} AND {} AND {unfilled}", bounds.after, bounds.until);
    // Without an upper bound it counts to the end, and without both over the whole table under one snapshot.
    let counted = format!("{} AND (${}::text IS NULL OR {})", bounds.after, bounds.first_of_upper, bounds.until);
    // The locked row is the one that is written: by its place or its key, which nobody can change while we hold it.
    let place = if fill.by_key { columns(&fill.key, "t.") } else { "t.ctid".to_owned() };
    let is_locked = if fill.by_key {
        let equal = fill.key.iter().map(|(name, _)| format!("t.{0} = batch.{0}", quote::name(name)));
        // The range again, or the server joins the rows with all of every partition.
        format!("{} AND {within}", equal.collect::<Vec<_>>().join(" AND "))
    } else {
        format!("t.ctid = batch.ctid AND {unfilled}")
    };
    let batch = format!(
        "WITH batch AS MATERIALIZED (\n    SELECT {place} FROM {table} AS t\n    WHERE {within}\n    {}LIMIT ${} FOR NO KEY UPDATE SKIP LOCKED\n)\n{update}\nFROM batch WHERE {is_locked}",
        bounds.order, bounds.limit,
    );
    Backfill {
        table: fill.table.clone(),
        key: fill.key.clone(),
        triggers: fill.triggers,
        range: (!fill.key.is_empty()).then(|| Statement::new(range(&fill.key, &table, &bounds.after))),
        batch: Statement::new(batch),
        straggler: Statement::new(format!("{update}\nWHERE {within}")),
        remaining: Statement::new(format!("SELECT count(*) FROM {table} AS t\nWHERE {counted} AND {remaining}")),
    }
}

/// The conditions on the rows of a batch; bounds travel as text.
struct Bounds {
    after: String,
    until: String,
    /// With a space after it, where there is an order.
    order: String,
    /// The number of the upper bound's first parameter.
    first_of_upper: usize,
    /// The number of the parameter after the bounds.
    limit: usize,
}

impl Bounds {
    fn of_key(key: &[(Identifier, SqlType)]) -> Self {
        let columns = columns(key, "t.");
        Self {
            after: format!("($1::text IS NULL OR {} > {})", row(&columns), row(&values(key, 1))),
            until: format!("{} <= {}", row(&columns), row(&values(key, key.len() + 1))),
            order: format!("ORDER BY {columns} "),
            first_of_upper: key.len() + 1,
            limit: 2 * key.len() + 1,
        }
    }

    /// A range of places, `(block,0)` to `(block,0)`. Before 14 the server reads the whole table for that, but for
    /// places that are named one by one: then all that a block may have are.
    fn of_blocks(range_scan: bool) -> Self {
        const EVERY_PLACE: &str = "t.ctid = ANY (ARRAY(SELECT format('(%s,%s)', block, place)::tid FROM generate_series(coalesce(($1::text::point)[0]::bigint, 0), ($2::text::point)[0]::bigint) AS block, generate_series(1, current_setting('block_size')::int / 28) AS place)) AND ";
        let until = "t.ctid < $2::text::tid";
        Self {
            after: "($1::text IS NULL OR t.ctid >= $1::text::tid)".to_owned(),
            until: if range_scan { until.to_owned() } else { format!("{EVERY_PLACE}{until}") },
            order: String::new(),
            first_of_upper: 2,
            limit: 3,
        }
    }
}

/// The last key of the next rows.
fn range(key: &[(Identifier, SqlType)], table: &str, after: &str) -> String {
    let texts = key.iter().map(|(name, _)| format!("k.{}::text", quote::name(name))).collect::<Vec<_>>().join(", ");
    let descending = key.iter().map(|(name, _)| format!("k.{} DESC", quote::name(name))).collect::<Vec<_>>().join(", ");
    format!(
        "SELECT {texts} FROM (SELECT {columns} FROM {table} AS t WHERE {after} ORDER BY {columns} LIMIT ${limit}) AS k ORDER BY {descending} LIMIT 1",
        columns = columns(key, "t."),
        limit = key.len() + 1,
    )
}

/// Rows that have a value to come and don't have it yet. A row whose value is NULL is filled as it is, unless it is
/// looked for those that must have one.
fn unfilled(fill: &Fill, row: &str, that_must: bool) -> String {
    let one = |Assignment { column, value, required }: &Assignment| {
        // Each look at the next number would use one up.
        if value.starts_with("nextval(") || (that_must && *required) {
            return format!("{row}.{} IS NULL", quote::name(column));
        }
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
fn set(fill: &Fill, Assignment { column, value, .. }: &Assignment) -> String {
    let name = quote::name(column);
    let value = over_row(value, "t", &fill.table, &fill.columns);
    if fill.assignments.len() == 1 {
        format!("{name} = {value}")
    } else {
        format!("{name} = coalesce(t.{name}, {value})")
    }
}

fn columns(key: &[(Identifier, SqlType)], of: &str) -> String {
    key.iter().map(|(name, _)| format!("{of}{}", quote::name(name))).collect::<Vec<_>>().join(", ")
}

fn values(key: &[(Identifier, SqlType)], first: usize) -> String {
    let cast = |(at, (_, kind)): (usize, &(Identifier, SqlType))| format!("${}::text::{kind}", first + at);
    key.iter().enumerate().map(cast).collect::<Vec<_>>().join(", ")
}

/// A single column compares as itself, several as a row.
fn row(columns: &str) -> String {
    if columns.contains(", ") { format!("({columns})") } else { columns.to_owned() }
}
