//! The migrations whose contract has removed the old form, or tightened it.

use sqlx::{PgConnection, Row};

use crate::dialect::postgres::session::query_all;

/// Their versions and names, the oldest first. What is only set aside counts as removed.
pub async fn contracted(connection: &mut PgConnection) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = query_all(
        connection,
        "SELECT version, name FROM public._schema_migrations m
         WHERE attempt = (SELECT max(attempt) FROM public._schema_migrations n WHERE n.version = m.version)
           AND has_contract AND state <> 'rolled back' AND (switched_at IS NOT NULL OR state = 'done') ORDER BY version",
    )
    .await?;
    rows.iter().map(|row| Ok((row.try_get("version")?, row.try_get("name")?))).collect()
}
