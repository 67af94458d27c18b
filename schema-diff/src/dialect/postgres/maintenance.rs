//! Keeping a table small while many of its rows are written.

use schema_model::QualifiedName;
use sqlx::PgConnection;

use super::quote;
use super::session::execute;

/// Makes the space of dead rows usable again. `SKIP_LOCKED` passes where an autovacuum or DDL has the table; without
/// `TRUNCATE FALSE` it would ask for ACCESS EXCLUSIVE at its end.
pub async fn vacuum(connection: &mut PgConnection, table: &QualifiedName) -> Result<(), sqlx::Error> {
    let table = quote::qualified(table);
    execute(connection, &format!("VACUUM (SKIP_LOCKED, INDEX_CLEANUP TRUE, TRUNCATE FALSE) {table}")).await
}
