//! Queries that count what stands in the way of the contract.

use schema_model::{Identifier, Index, IndexKeyTarget, QualifiedName, SqlType, sql_text};

use super::quote;
use super::sync::{any, different, new_value, new_value_of, of, old_value, over_row};
use crate::change::TableConstraint;
use crate::plan::sync::{Computed, Form, Sync, SyncKind, TwoWay};
use crate::statement::{Gate, Statement};

/// Rows in which the two forms disagree, with what brings them back in step.
pub(super) fn equal(sync: &Sync, key: &[Identifier], partitioned: bool) -> Gate {
    match &sync.kind {
        SyncKind::TwoWay(two_way) => two_way_gate(sync, two_way, key, partitioned),
        SyncKind::Computed(computed) => computed_gate(sync, computed, key),
        SyncKind::Fill { column, .. } => {
            let (table, wrong) = (quote::qualified(&sync.table), format!("t.{} IS NULL", quote::name(column)));
            Gate {
                sample: Some(Statement::new(sample(&table, &wrong, partitioned))),
                ..Gate::counting(Statement::new(format!("SELECT count(*) FROM {table} AS t WHERE {wrong}")))
            }
        }
    }
}

/// A row is wrong where both directions disagree: with a lossy conversion one of them may.
fn two_way_gate(sync: &Sync, two_way: &TwoWay, key: &[Identifier], partitioned: bool) -> Gate {
    let table = quote::qualified(&sync.table);
    let TwoWay { old, new, plain, .. } = two_way;
    let columns = |forms: &[Form]| forms.iter().map(|form| of("t", form)).collect::<Vec<_>>();
    let (olds, news) = (columns(old), columns(new));
    let forward: Vec<String> = new.iter().map(|form| new_value(sync, two_way, form, "t")).collect();
    let backward: Vec<String> = old.iter().map(|form| old_value(sync, two_way, form, "t")).collect();
    let differ = |own: &[String], other: &[String]| {
        let pairs = own.iter().zip(other).map(|(own, other)| different(*plain, own, other));
        if own.len() == 1 { any(pairs) } else { format!("({})", any(pairs)) }
    };
    let mut wrong = differ(&news, &forward);
    if forward != olds || backward != news {
        wrong = format!("{wrong} AND {}", differ(&olds, &backward));
    }
    let rows = rows(&table, key, olds.iter().chain(&news), &wrong);
    let set = |forms: &[Form], values: &[String]| {
        let pairs = forms.iter().zip(values).map(|(form, value)| format!("{} = {value}", quote::name(&form.column)));
        pairs.collect::<Vec<_>>().join(", ")
    };
    // A NULL never overwrites a value: whether it was meant is for a person to say.
    let from_old = format!("{wrong}{}", not_null(&olds, (&forward, &news)));
    let from_old = repair(&table, &from_old, &set(new, &forward), partitioned);
    // The trigger takes a changed old value for a write of the old release and computes the new one from it: only where
    // that gives the new value as it is does nothing change but the old one.
    let there_and_back: Vec<String> =
        new.iter().map(|form| new_value_of(sync, two_way, form, "t", &backward)).collect();
    let mut from_new = format!("{wrong}{}", not_null(&news, (&backward, &olds)));
    if there_and_back != news {
        from_new.push_str(&format!(
            " AND NOT ({})",
            any(news.iter().zip(&there_and_back).map(|(own, other)| different(*plain, own, other)))
        ));
    }
    Gate {
        count: Statement::new(format!("SELECT count(*) FROM {table} AS t WHERE {wrong}")),
        rows: Some(rows),
        sample: Some(Statement::new(sample(&table, &wrong, partitioned))),
        from_old: Some(Statement::new(from_old)),
        from_new: Some(Statement::new(repair(&table, &from_new, &set(old, &backward), partitioned))),
    }
}

/// The rows by their key, with the values in question.
fn rows<'a>(table: &str, key: &[Identifier], values: impl Iterator<Item = &'a String>, wrong: &str) -> Statement {
    let mut names: Vec<String> = key.iter().map(|name| format!("t.{}", quote::name(name))).collect();
    if names.is_empty() {
        names.push("t.ctid".to_owned());
    }
    let order = names.join(", ");
    for value in values {
        if !names.contains(value) {
            names.push(value.clone());
        }
    }
    Statement::new(format!("SELECT {} FROM {table} AS t WHERE {wrong} ORDER BY {order}", names.join(", ")))
}

/// A row is wrong where something else is written than what the server would compute; that is the only side that can be
/// taken. What is written nowhere is no loss.
fn computed_gate(sync: &Sync, computed: &Computed, key: &[Identifier]) -> Gate {
    let table = quote::qualified(&sync.table);
    let written = format!("t.{}", quote::name(&computed.column));
    let value = format!("{}::{}", over_row(&computed.value, "t", &sync.table, &sync.columns), computed.sql_type);
    let wrong = format!("{written} IS NOT NULL AND {}", different(computed.plain, &written, &value));
    let set = format!("{} = {value}", quote::name(&computed.column));
    Gate {
        rows: Some(rows(&table, key, [written, value.clone()].iter(), &wrong)),
        sample: Some(Statement::new(sample(&table, &wrong, false))),
        from_new: Some(Statement::new(repair(&table, &format!("{wrong} AND {value} IS NOT NULL"), &set, false))),
        ..Gate::counting(Statement::new(format!("SELECT count(*) FROM {table} AS t WHERE {wrong}")))
    }
}

/// Conditions on values, each once: `f(o)` may be NULL where `o` is not, and `o` where `f(o)` is not. Where there are
/// several on a side a part may have none, and takes the place of none.
fn not_null(sources: &[String], (values, targets): (&[String], &[String])) -> String {
    let conditions: Vec<String> = if sources.len() == 1 && targets.len() == 1 {
        sources.iter().chain(values).map(|value| format!(" AND {value} IS NOT NULL")).collect()
    } else {
        let pairs = values.iter().zip(targets);
        pairs.map(|(value, target)| format!(" AND ({value} IS NOT NULL OR {target} IS NULL)")).collect()
    };
    let mut once: Vec<String> = Vec::new();
    for condition in conditions {
        if !once.contains(&condition) {
            once.push(condition);
        }
    }
    once.concat()
}

/// A look at some pages of the table, wherever they lie.
fn sample(table: &str, wrong: &str, partitioned: bool) -> String {
    let own = quote::literal(table);
    let size = if partitioned {
        format!("(SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree({own}))")
    } else {
        format!("pg_relation_size({own})")
    };
    let pages = format!("least(100, 100 * $1::float8 * current_setting('block_size')::int / greatest({size}, 1))");
    format!("SELECT count(*), count(*) FILTER (WHERE {wrong}) FROM {table} AS t TABLESAMPLE SYSTEM ({pages})")
}

/// A batch behind a place, so that one walk through the table finds all. The rows are looked for before the first is locked,
/// since that may take a scan of the whole table; those that somebody has locked are passed over, and each is looked at
/// again when it is locked. In partitions, where a place is one of each, the rows at the last place are all taken, so that
/// none of them is passed over by the next batch.
fn repair(table: &str, wrong: &str, set: &str, partitioned: bool) -> String {
    let found = |columns: &str| format!("SELECT {columns} FROM {table} AS t WHERE t.ctid > $1::text::tid AND {wrong}");
    let (place, is_found, is_locked) = if partitioned {
        let found = found("t.tableoid, t.ctid");
        (
            "t.tableoid AS part, t.ctid AS place",
            format!("(t.tableoid, t.ctid) IN ({found} ORDER BY t.ctid FETCH FIRST 500 ROWS WITH TIES)"),
            "t.tableoid = wrong.part AND t.ctid = wrong.place",
        )
    } else {
        let found = found("t.ctid");
        ("t.ctid AS place", format!("t.ctid = ANY (ARRAY({found} LIMIT 500))"), "t.ctid = wrong.place")
    };
    format!(
        "WITH wrong AS MATERIALIZED (\n    SELECT {place} FROM {table} AS t\n    WHERE {is_found} AND {wrong}\n    FOR NO KEY UPDATE SKIP LOCKED\n)\nUPDATE {table} AS t SET {set} FROM wrong WHERE {is_locked} AND {wrong} RETURNING wrong.place::text"
    )
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
                sql_text::without_parentheses(check.expression.canonical())
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
