//! Reads the live catalog by a handful of set-based queries, whatever the number of tables.

pub(super) mod columns;
mod constraints;
mod indexes;
mod objects;
mod partitions;
mod triggers;

use std::collections::BTreeMap;

use schema_model::{EnumType, Identifier, InvalidName, Partitioning, QualifiedName, SqlType, Table};
use sqlx::postgres::PgRow;
use sqlx::{Connection, PgConnection, Row};

use crate::dialect::postgres::session::{Plans, Reader, query_all};
use crate::inspection::{Inspection, TableFacts};

/// Why a catalog could not be read.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// The server refused or the connection broke.
    #[error("can't read the catalog: {}", crate::dialect::postgres::session::plain(.0))]
    Sql(#[from] sqlx::Error),
    /// A name in the catalog that we can't hold.
    #[error("the catalog holds a name that can't be used: {0}")]
    Name(#[from] InvalidName),
    /// A server that we don't know.
    #[error("PostgreSQL {0} is not supported: 12 to 18 are")]
    Version(u16),
}

/// The tables being read, by their object identifier.
pub(crate) type TablesByOid = BTreeMap<i64, (Table, TableFacts)>;

/// What every reading begins with. The server writes names in full where the `search_path` is empty; and no catalog is
/// worth a compiler or a second process.
const BEGIN: &str = "SET LOCAL search_path = ''; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0";

/// Reads tables, types and the facts around them from one snapshot, in a read-only transaction.
pub async fn inspect(connection: &mut PgConnection) -> Result<Inspection, InspectError> {
    one_snapshot(connection, Plans::Forgotten).await
}

/// Reads as [`inspect`] does, over a connection of our own to a scratch server: the queries stay prepared on it, so that
/// only its first reading plans them.
#[cfg(feature = "full")]
pub(crate) async fn inspect_again(connection: &mut PgConnection) -> Result<Inspection, InspectError> {
    one_snapshot(connection, Plans::Kept).await
}

async fn one_snapshot(connection: &mut PgConnection, plans: Plans) -> Result<Inspection, InspectError> {
    let mut transaction = connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let result = read(Reader::new(&mut transaction, plans)).await;
    transaction.rollback().await?;
    result
}

/// Reads as [`inspect`] does, inside a transaction that the caller began.
#[cfg(feature = "full")]
pub(crate) async fn inspect_in(connection: &mut PgConnection) -> Result<Inspection, InspectError> {
    read(Reader::new(connection, Plans::Forgotten)).await
}

async fn read(mut reader: Reader<'_>) -> Result<Inspection, InspectError> {
    let reader = &mut reader;
    reader.begin(BEGIN).await?;
    let major = supported(&reader.all(MAJOR).await?)?;
    let mut tables = read_tables(reader).await?;
    if tables.values().any(|(table, _)| table.partitioning.is_some()) {
        partitions::read(reader, &mut tables).await?;
    }
    columns::read(reader, &mut tables).await?;
    constraints::read(reader, &mut tables).await?;
    indexes::read(reader, &mut tables).await?;
    triggers::read(reader, &mut tables).await?;
    let mut inspection = Inspection { major, ..Inspection::default() };
    inspection.catalog.enums = read_enums(reader).await?;
    inspection.domains = read_domains(reader).await?;
    (inspection.catalog.objects, inspection.ours) = objects::read(reader).await?;
    inspection.owners = objects::owners(reader).await?;
    for (table, facts) in tables.into_values() {
        inspection.facts.insert(table.name.clone(), facts);
        inspection.catalog.tables.insert(table.name.clone(), table.into());
    }
    Ok(inspection)
}

const MAJOR: &str = "SELECT current_setting('server_version_num')::int4 AS number";

/// The server's major version.
pub async fn server_major(connection: &mut PgConnection) -> Result<u16, InspectError> {
    supported(&query_all(connection, MAJOR).await?)
}

fn supported(rows: &[PgRow]) -> Result<u16, InspectError> {
    let number: i32 = rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get("number")?;
    let major = u16::try_from(number / 10_000).unwrap_or(0);
    if (12..=18).contains(&major) { Ok(major) } else { Err(InspectError::Version(major)) }
}

async fn read_tables(reader: &mut Reader<'_>) -> Result<TablesByOid, InspectError> {
    let mut tables = TablesByOid::new();
    for row in reader.all(include_str!("inspect/tables.sql")).await? {
        let mut table = Table::new(qualified(&row, "namespace", "name")?);
        table.comment = row.try_get("comment")?;
        table.unlogged = row.try_get::<String, _>("persistence")? == "u";
        table.storage_parameters = row.try_get("options")?;
        if row.try_get::<String, _>("kind")? == "p" && !row.try_get::<bool, _>("is_partition")? {
            // The key and the partitions are read behind all tables.
            table.partitioning = Some(Partitioning { key: String::new(), partitions: Vec::new() });
        }
        let facts = TableFacts {
            estimated_rows: row.try_get("estimated_rows")?,
            replicated: row.try_get("replicated")?,
            unmodelled: unmodelled(&row)?,
            ..TableFacts::default()
        };
        tables.insert(row.try_get("oid")?, (table, facts));
    }
    Ok(tables)
}

fn unmodelled(row: &PgRow) -> Result<Vec<String>, sqlx::Error> {
    let mut found = Vec::new();
    let has_partitions = row.try_get::<String, _>("kind")? == "p" || row.try_get::<bool, _>("is_partition")?;
    if !has_partitions && row.try_get("inherits")? {
        found.push("it takes part in inheritance".to_owned());
    }
    if row.try_get::<String, _>("replica_identity")? == "i" {
        found.push("its replica identity is an index".to_owned());
    }
    Ok(found)
}

async fn read_enums(reader: &mut Reader<'_>) -> Result<BTreeMap<QualifiedName, EnumType>, InspectError> {
    let mut enums = BTreeMap::new();
    for row in reader.all(include_str!("inspect/enums.sql")).await? {
        let name = qualified(&row, "namespace", "name")?;
        let values = row.try_get("labels")?;
        enums.insert(name.clone(), EnumType { name, values, comment: row.try_get("comment")? });
    }
    Ok(enums)
}

async fn read_domains(reader: &mut Reader<'_>) -> Result<BTreeMap<QualifiedName, SqlType>, InspectError> {
    let rows = reader.all(include_str!("inspect/domains.sql")).await?;
    let domain = |row: &PgRow| Ok((qualified(row, "namespace", "name")?, SqlType::parse(row.try_get("base")?)));
    rows.iter().map(domain).collect()
}

/// A name from two columns of a row.
pub(crate) fn qualified(row: &PgRow, namespace: &str, name: &str) -> Result<QualifiedName, InspectError> {
    Ok(QualifiedName::new(
        Identifier::new(row.try_get::<String, _>(namespace)?)?,
        Identifier::new(row.try_get::<String, _>(name)?)?,
    ))
}

/// Names from a text array.
pub(crate) fn identifiers(row: &PgRow, column: &str) -> Result<Vec<Identifier>, InspectError> {
    row.try_get::<Vec<String>, _>(column)?.into_iter().map(|name| Ok(Identifier::new(name)?)).collect()
}
