//! The columns that a query uses, as the server itself resolves them: a function with the query for its body, whose
//! dependencies are read, and which is gone again at once. Before PostgreSQL 14, where functions keep their bodies as text,
//! a view stands in for it, which no query that writes can be.

use std::collections::BTreeSet;

use schema_model::sql_text::{Token, TokenKind, tokens};
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

/// Whether the server can tell of every query: it has bodies of SQL that it resolves when the function is made.
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
    major: u16,
) -> Result<Option<BTreeSet<Use>>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let make = match can_tell_uses(major) {
        true => format!(
            "CREATE FUNCTION pg_temp.schema_diff_uses({}) RETURNS void LANGUAGE sql BEGIN ATOMIC {text}; END",
            types.join(", ")
        ),
        false => format!("CREATE TEMP VIEW schema_diff_uses AS SELECT 1 WHERE EXISTS ({})", with_nulls(text, types)),
    };
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

/// The query with typed NULLs in the place of its parameters, which a view can't have.
fn with_nulls(text: &str, types: &[String]) -> String {
    let one = |token: Token| {
        let word = &text[token.range];
        let number = word.strip_prefix('$').filter(|_| token.kind == TokenKind::Parameter);
        let number = number.and_then(|number| number.parse::<usize>().ok()?.checked_sub(1));
        match number.and_then(|number| types.get(number)) {
            Some(name) => format!("(NULL::{name})"),
            None => word.to_owned(),
        }
    };
    tokens(text).into_iter().map(one).collect()
}
