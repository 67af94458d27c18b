//! The columns that a query uses, as the server itself resolves them: a function with the query for its body, whose
//! dependencies are read, and which is gone again at once. Before PostgreSQL 14, where functions keep their bodies as text,
//! a view stands in for it, which no query that writes can be.

use std::collections::BTreeSet;

use schema_model::sql_text::{Token, TokenKind, tokens};
use sqlx::{Connection, PgConnection, Row};

use super::super::session::{execute, query, rows};

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

/// The columns of each query; nothing where the server takes no function of it.
///
/// # Errors
///
/// Where the connection breaks.
pub async fn uses(
    connection: &mut PgConnection,
    queries: &[(&str, &[String])],
    major: u16,
) -> Result<Vec<Option<BTreeSet<Use>>>, sqlx::Error> {
    if queries.is_empty() {
        return Ok(Vec::new());
    }
    let statements: Vec<String> = queries.iter().map(|(text, types)| body(text, types, major)).collect();
    let mut transaction = connection.begin().await?;
    execute(&mut transaction, include_str!("uses.sql")).await?;
    let call = query("SELECT * FROM pg_temp.schema_diff_uses_each($1)").bind(statements);
    let found = rows(&mut transaction, call).await?;
    transaction.rollback().await?;
    let mut uses = vec![None; queries.len()];
    for row in found {
        let place =
            usize::try_from(row.try_get::<i32, _>("place")?).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let Some(one) = uses.get_mut(place) else { continue };
        let known: &mut BTreeSet<Use> = one.get_or_insert_default();
        if let Some(relation) = row.try_get::<Option<String>, _>("relation")? {
            known.insert(Use { relation, column: row.try_get("name")?, number: row.try_get("number")? });
        }
    }
    Ok(uses)
}

fn body(text: &str, types: &[String], major: u16) -> String {
    match can_tell_uses(major) {
        true => format!(
            "CREATE FUNCTION pg_temp.schema_diff_uses({}) RETURNS void LANGUAGE sql BEGIN ATOMIC {text}; END",
            types.join(", ")
        ),
        false => format!("CREATE TEMP VIEW schema_diff_uses AS SELECT 1 WHERE EXISTS ({})", with_nulls(text, types)),
    }
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
