//! What the catalog knows of the size of a table, and what earlier backfills took.

use schema_model::QualifiedName;
use sqlx::{PgConnection, Row};

use super::history::{Format, format};
use super::quote;
use super::session::{estimated_rows, query, query_all, row};
use crate::estimate::TableStatistics;

/// The statistics of a table; `None` where it isn't there.
pub async fn of_table(
    connection: &mut PgConnection,
    table: &QualifiedName,
) -> Result<Option<TableStatistics>, sqlx::Error> {
    let found = query(
        "SELECT sum(pg_catalog.pg_relation_size(p.oid))::int8 AS heap_bytes, sum(pg_catalog.pg_indexes_size(p.oid))::int8 AS index_bytes,
                (SELECT count(*) FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid) AS indexes
         FROM pg_catalog.pg_class c
         CROSS JOIN LATERAL (SELECT c.oid UNION SELECT relid FROM pg_catalog.pg_partition_tree(c.oid)) p
         WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'p') GROUP BY c.oid",
    )
    .bind(quote::qualified(table));
    let Some(row) = row(connection, found).await? else { return Ok(None) };
    Ok(Some(TableStatistics {
        rows: estimated_rows(connection, table).await?,
        heap_bytes: row.try_get("heap_bytes")?,
        index_bytes: row.try_get("index_bytes")?,
        indexes: row.try_get("indexes")?,
    }))
}

/// How much longer the last backfills took than was estimated without this; 1 where nothing is known. Rests don't count.
/// Small ones say little; those that were interrupted say nothing, nor do those of a column that few rows have a value
/// for, since the estimate is for all rows.
pub async fn calibration(connection: &mut PgConnection) -> Result<f64, sqlx::Error> {
    if format(connection).await? != Format::Today {
        return Ok(1.0);
    }
    let rows = query_all(
        connection,
        "SELECT avg((extract(epoch FROM finished_at - started_at) - rested_seconds) / model_seconds)::float8 AS factor
         FROM (SELECT * FROM public._schema_steps WHERE state = 'done' AND attempts = 1 AND rows_done > 20000
                 AND model_seconds > 0 AND rested_seconds IS NOT NULL
                 AND rows_done BETWEEN 0.8 * model_rows AND 1.25 * model_rows ORDER BY finished_at DESC LIMIT 5) AS last",
    )
    .await?;
    let factor: Option<f64> = rows[0].try_get("factor")?;
    Ok(factor.unwrap_or(1.0).clamp(0.25, 4.0))
}
