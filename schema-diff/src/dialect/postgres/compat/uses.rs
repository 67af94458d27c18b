//! The columns that a query uses, as the server itself resolves them: a function with the query for its body, whose
//! dependencies are read, and which is gone again at once. PostgreSQL 14 and newer.

use std::collections::BTreeSet;

use sqlx::{Connection, PgConnection, Row};

use super::super::session::{execute, query_all};
use super::prepare::refused;

/// A column that is used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The relation, with its namespace.
    pub relation: String,
    /// The column.
    pub column: String,
    /// Its number, which tells it from another one of the same name.
    pub number: i16,
}

/// Whether the server can tell: it has bodies of SQL that it resolves when the function is made.
pub fn can_tell_uses(major: u16) -> bool {
    major >= 14
}

/// The columns; nothing where the server takes no function of this query.
///
/// # Errors
///
/// Where the connection breaks.
pub async fn uses(
    connection: &mut PgConnection,
    text: &str,
    types: &[String],
) -> Result<Option<BTreeSet<Use>>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let make = format!(
        "CREATE FUNCTION pg_temp.schema_diff_uses({}) RETURNS void LANGUAGE sql BEGIN ATOMIC {text}; END",
        types.join(", ")
    );
    let outcome = match execute(&mut transaction, &make).await {
        Ok(()) => read(&mut transaction).await.map(Some),
        Err(error) => refused(error).map(|_| None),
    };
    transaction.rollback().await?;
    outcome
}

async fn read(connection: &mut PgConnection) -> Result<BTreeSet<Use>, sqlx::Error> {
    let rows = query_all(connection, include_str!("uses.sql")).await?;
    let one = |row: &sqlx::postgres::PgRow| {
        Ok(Use { relation: row.try_get("relation")?, column: row.try_get("name")?, number: row.try_get("number")? })
    };
    rows.iter().map(one).collect()
}
