//! Primary keys, unique, check and foreign-key constraints.

use schema_model::{
    Check, Deferrable, Expression, ForeignKey, Identifier, PrimaryKey, ReferentialAction, Table, Unique,
};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{InspectError, TablesByOid, identifiers, qualified};
use crate::dialect::postgres::session::Reader;
use crate::inspection::TableFacts;

pub(super) async fn read(reader: &mut Reader<'_>, tables: &mut TablesByOid) -> Result<(), InspectError> {
    for row in reader.all(include_str!("constraints.sql")).await? {
        let Some((table, facts)) = tables.get_mut(&row.try_get("table_oid")?) else { continue };
        add(&row, table, facts)?;
    }
    Ok(())
}

fn add(row: &PgRow, table: &mut Table, facts: &mut TableFacts) -> Result<(), InspectError> {
    let name = Identifier::new(row.try_get::<String, _>("name")?)?;
    let columns = identifiers(row, "columns")?;
    let deferrable = deferrable(row)?;
    let include = identifiers(row, "include")?;
    let enforced: bool = row.try_get("enforced")?;
    let mut beyond = Vec::new();
    if !enforced {
        beyond.push("NOT ENFORCED");
        facts.not_enforced.insert(name.clone());
    }
    if row.try_get("without_overlaps")? {
        beyond.push("over periods");
    }
    if row.try_get("sets_some_columns")? {
        beyond.push("with ON DELETE for some of its columns");
    }
    if !beyond.is_empty() {
        // What is made anew of it would lack that, so its columns stay where they are.
        let what = format!("constraint {name} {}", beyond.join(", "));
        for column in &columns {
            facts.columns.entry(column.clone()).or_default().dependents.push(what.clone());
        }
    }
    match row.try_get::<String, _>("kind")?.as_str() {
        "p" => table.primary_key = Some(PrimaryKey { name: Some(name), columns, include, deferrable }),
        "u" => table.uniques.push(Unique {
            name: Some(name),
            columns,
            include,
            nulls_not_distinct: row.try_get("nulls_not_distinct")?,
            deferrable,
        }),
        "c" => table.checks.push(Check {
            name: Some(name),
            expression: Expression::inspected(row.try_get::<Option<String>, _>("expression")?.unwrap_or_default()),
            column: None,
            no_inherit: row.try_get("no_inherit")?,
            not_valid: !row.try_get::<bool, _>("validated")?,
        }),
        "f" => table.foreign_keys.push(ForeignKey {
            name: Some(name),
            columns,
            references: qualified(row, "referenced_namespace", "referenced_table")?,
            referenced_columns: identifiers(row, "referenced_columns")?,
            match_full: row.try_get::<String, _>("match_type")? == "f",
            on_delete: action(row.try_get("on_delete")?),
            on_update: action(row.try_get("on_update")?),
            deferrable,
            not_valid: !row.try_get::<bool, _>("validated")?,
        }),
        _ => facts.unmodelled.push(format!("exclusion constraint {name}")),
    }
    Ok(())
}

fn deferrable(row: &PgRow) -> Result<Deferrable, sqlx::Error> {
    Ok(match (row.try_get("deferrable")?, row.try_get("deferred")?) {
        (false, _) => Deferrable::NotDeferrable,
        (true, false) => Deferrable::InitiallyImmediate,
        (true, true) => Deferrable::InitiallyDeferred,
    })
}

fn action(code: &str) -> ReferentialAction {
    match code {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}
