//! The one place where SQL text of our own making is handed to sqlx.
//!
//! Nothing is prepared by name: `persistent(false)` leaves nothing on the server and works behind a pooler in
//! transaction mode; `raw_sql` uses the simple protocol, which several statements and DDL need.

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, PgConnection, Postgres};

/// Runs one query without parameters and gives its rows.
pub async fn query_all(connection: &mut PgConnection, sql: &str) -> Result<Vec<PgRow>, sqlx::Error> {
    query(sql).fetch_all(connection).await
}

/// A query that is ours: its identifiers went through the quoting function, its values are bound.
pub fn query(sql: &str) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(AssertSqlSafe(sql.to_owned())).persistent(false)
}

/// Runs one or more statements by the simple protocol, as one implicit transaction where none is open.
pub async fn execute(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(|_| ())
}
