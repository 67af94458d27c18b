//! Asks the catalog whether a step is done.

use schema_model::QualifiedName;
use sqlx::{PgConnection, Row};

use super::quote;
use super::session::{one_row, query, query_all, row};
use super::sync::SyncTrigger;
use crate::postcondition::{ObjectState, Postcondition};

/// Whether the postcondition holds. `recorded` never does by itself: the record says it.
pub async fn holds(connection: &mut PgConnection, postcondition: &Postcondition) -> Result<bool, sqlx::Error> {
    match postcondition {
        Postcondition::Recorded => Ok(false),
        Postcondition::Query(sql) => {
            let rows = query_all(connection, sql).await?;
            rows.first().map_or(Ok(false), |row| Ok(row.try_get::<Option<bool>, _>(0)?.unwrap_or(false)))
        }
        Postcondition::Object(state) => object_holds(connection, state).await,
    }
}

async fn object_holds(connection: &mut PgConnection, state: &ObjectState) -> Result<bool, sqlx::Error> {
    let (sql, object, member): (&str, String, &str) = match state {
        ObjectState::TableExists(name) => {
            ("SELECT to_regclass($1) IS NOT NULL AND $2 = ''", quote::qualified(name), "")
        }
        ObjectState::TableGone(name) | ObjectState::IndexGone(name) => {
            ("SELECT to_regclass($1) IS NULL AND $2 = ''", quote::qualified(name), "")
        }
        ObjectState::TypeExists(name) => ("SELECT to_regtype($1) IS NOT NULL AND $2 = ''", quote::qualified(name), ""),
        ObjectState::IndexValid(name) => (
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = to_regclass($1) AND indisvalid AND indisready) AND $2 = ''",
            quote::qualified(name),
            "",
        ),
        ObjectState::ColumnExists(table, column) => (COLUMN_EXISTS, quote::qualified(table), column.as_str()),
        ObjectState::ColumnGone(table, column) => (COLUMN_GONE, quote::qualified(table), column.as_str()),
        ObjectState::ColumnNotNull(table, column) => (COLUMN_NOT_NULL, quote::qualified(table), column.as_str()),
        ObjectState::ConstraintExists(table, name) => (CONSTRAINT_EXISTS, quote::qualified(table), name.as_str()),
        ObjectState::ConstraintValid(table, name) => (CONSTRAINT_VALID, quote::qualified(table), name.as_str()),
        ObjectState::ConstraintGone(table, name) => (CONSTRAINT_GONE, quote::qualified(table), name.as_str()),
    };
    one_row(connection, query(sql).bind(object).bind(member.to_owned())).await?.try_get(0)
}

const COLUMN_EXISTS: &str = "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
    WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped)";
const COLUMN_GONE: &str = "SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
    WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped)";
const COLUMN_NOT_NULL: &str = "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute
    WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped AND attnotnull)";
const CONSTRAINT_EXISTS: &str = "SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
    WHERE conrelid = to_regclass($1) AND conname = $2)";
const CONSTRAINT_VALID: &str = "SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint
    WHERE conrelid = to_regclass($1) AND conname = $2 AND convalidated)";
const CONSTRAINT_GONE: &str = "SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
    WHERE conrelid = to_regclass($1) AND conname = $2)";

/// Whether an index is there but INVALID.
pub async fn is_invalid_index(connection: &mut PgConnection, index: &QualifiedName) -> Result<bool, sqlx::Error> {
    let query = query("SELECT EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = to_regclass($1) AND NOT (indisvalid AND indisready))")
        .bind(quote::qualified(index));
    one_row(connection, query).await?.try_get(0)
}

/// A backend that is building the index at this moment, ours or another's, with how far it is in percent.
pub async fn builder(connection: &mut PgConnection, index: &QualifiedName) -> Result<Option<(i32, f64)>, sqlx::Error> {
    let query = query(
        "SELECT p.pid, CASE WHEN p.blocks_total > 0 THEN 100.0 * p.blocks_done / p.blocks_total ELSE 0 END::float8 AS percent
         FROM pg_catalog.pg_stat_progress_create_index p
         WHERE p.index_relid = to_regclass($1)::oid AND p.pid <> pg_catalog.pg_backend_pid()",
    )
    .bind(quote::qualified(index));
    row(connection, query).await?.map(|row| Ok((row.try_get("pid")?, row.try_get("percent")?))).transpose()
}

/// The statement that removes an INVALID index without blocking anybody.
pub fn drop_invalid_index(index: &QualifiedName) -> String {
    format!("DROP INDEX CONCURRENTLY IF EXISTS {}", quote::qualified(index))
}

/// The application's BEFORE ROW triggers of a table that fire after ours, in byte order: they would see what ours has not.
pub async fn later_triggers(connection: &mut PgConnection, ours: &SyncTrigger) -> Result<Vec<String>, sqlx::Error> {
    let query = query(
        "SELECT coalesce(array_agg(tgname::text ORDER BY tgname), '{}') AS names FROM pg_catalog.pg_trigger
         WHERE tgrelid = to_regclass($1) AND NOT tgisinternal AND tgtype & 3 = 3 AND tgenabled <> 'D'
           AND tgname::text COLLATE \"C\" > $2 COLLATE \"C\" AND tgname NOT LIKE '%schema\\_sync\\_%'",
    )
    .bind(quote::qualified(&ours.table))
    .bind(ours.name.as_str().to_owned());
    one_row(connection, query).await?.try_get("names")
}
