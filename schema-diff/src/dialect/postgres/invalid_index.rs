//! INVALID indexes: left by a concurrent build that failed or was killed, or of one that is still at work.

use schema_model::QualifiedName;
use sqlx::{PgConnection, Row};

use super::quote;
use super::session::{query, rows};

/// An index that is written and never read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidIndex {
    /// The index.
    pub index: String,
    /// Its table.
    pub table: String,
    /// The backend that is building it.
    pub builder: Option<i32>,
}

/// The INVALID indexes of tables.
pub async fn invalid_indexes(
    connection: &mut PgConnection,
    tables: &[QualifiedName],
) -> Result<Vec<InvalidIndex>, sqlx::Error> {
    let names: Vec<String> = tables.iter().map(quote::qualified).collect();
    let query = query(
        "SELECT n.nspname || '.' || c.relname AS index, m.nspname || '.' || t.relname AS table_name, p.pid
         FROM pg_catalog.pg_index i
         JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_catalog.pg_class t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace m ON m.oid = t.relnamespace
         LEFT JOIN pg_catalog.pg_stat_progress_create_index p ON p.index_relid = i.indexrelid
         WHERE NOT (i.indisvalid AND i.indisready) AND i.indrelid IN (SELECT to_regclass(name)::oid FROM unnest($1::text[]) AS name)
         ORDER BY 1",
    )
    .bind(names);
    let rows = rows(connection, query).await?;
    rows.iter()
        .map(|row| {
            Ok(InvalidIndex {
                index: row.try_get("index")?,
                table: row.try_get("table_name")?,
                builder: row.try_get("pid")?,
            })
        })
        .collect()
}
