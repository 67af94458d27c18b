//! Indexes that stand behind no constraint; the query gives a row for each of their columns.

use std::collections::BTreeMap;

use schema_model::{DeclaredNames, Expression, Identifier, Index, IndexKey, IndexKeyTarget, NullsOrder};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{InspectError, TablesByOid};
use crate::dialect::postgres::session::Reader;

pub(super) async fn read(reader: &mut Reader<'_>, tables: &mut TablesByOid) -> Result<(), InspectError> {
    let mut indexes: BTreeMap<(i64, String), Index> = BTreeMap::new();
    for row in reader.all(include_str!("indexes.sql")).await? {
        let key = (row.try_get("table_oid")?, row.try_get("name")?);
        let index = match indexes.entry(key) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => entry.insert(index(&row)?),
        };
        if row.try_get("included")? {
            index.include.push(Identifier::new(row.try_get::<String, _>("column_name")?)?);
        } else {
            index.keys.push(key_of(&row)?);
        }
    }
    for ((oid, _), index) in indexes {
        if let Some((table, _)) = tables.get_mut(&oid) {
            table.indexes.push(index);
        }
    }
    Ok(())
}

fn index(row: &PgRow) -> Result<Index, InspectError> {
    let mut with: Vec<String> = row.try_get("options")?;
    with.sort();
    Ok(Index {
        name: Some(Identifier::new(row.try_get::<String, _>("name")?)?),
        unique: row.try_get("is_unique")?,
        method: row.try_get("method")?,
        keys: Vec::new(),
        include: Vec::new(),
        predicate: row.try_get::<Option<String>, _>("predicate")?.map(Expression::inspected),
        nulls_not_distinct: row.try_get("nulls_not_distinct")?,
        with,
        invalid: !row.try_get::<bool, _>("valid")?,
    })
}

fn key_of(row: &PgRow) -> Result<IndexKey, InspectError> {
    let target = match row.try_get::<Option<String>, _>("expression")? {
        Some(expression) => IndexKeyTarget::Expression(Expression::inspected(expression)),
        None => IndexKeyTarget::Column(Identifier::new(row.try_get::<String, _>("column_name")?)?),
    };
    let descending: bool = row.try_get("descending")?;
    let nulls_first: bool = row.try_get("nulls_first")?;
    let nulls = match (descending, nulls_first) {
        (false, true) => Some(NullsOrder::First),
        (true, false) => Some(NullsOrder::Last),
        _ => None,
    };
    Ok(IndexKey {
        target,
        descending,
        nulls,
        operator_class: row.try_get("operator_class")?,
        parameters: row.try_get("parameters")?,
        collation: row.try_get("collation")?,
        declared: DeclaredNames::default(),
    })
}
