//! What the server says to a query without running it: Parse and Describe with declared types, and EXPLAIN of a statement
//! that a session holds.

use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgColumn, PgTypeInfo};
use sqlx::{Column, Executor, PgConnection, Statement};

use super::super::session::{plain, sql_str, sqlstate};

/// What the server makes of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    /// The types of its parameters.
    pub parameters: Vec<u32>,
    /// Its result.
    pub columns: Vec<ResultColumn>,
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultColumn {
    /// Its name, with sqlx's overrides.
    pub name: String,
    /// Its type.
    pub type_oid: u32,
    /// The relation and the number of the column that it is, where it is no expression.
    pub origin: Option<(u32, i16)>,
}

/// What the server refuses, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The SQLSTATE.
    pub code: String,
    /// The server's words.
    pub message: String,
}

impl Refusal {
    /// `cached plan must not change result type`: `feature_not_supported`, for a statement that could be prepared.
    pub fn is_cached_plan(&self) -> bool {
        self.code == "0A000" && self.message.contains("cached plan")
    }
}

/// Parses and describes a query; without parameter types the server finds them out.
///
/// # Errors
///
/// Where the connection breaks.
pub async fn prepare(
    connection: &mut PgConnection,
    text: &str,
    parameters: &[u32],
) -> Result<Result<Prepared, Refusal>, sqlx::Error> {
    let types: Vec<PgTypeInfo> = parameters.iter().map(|oid| PgTypeInfo::with_oid(Oid(*oid))).collect();
    let statement = match connection.prepare_with(sql_str(text.to_owned()), &types).await {
        Ok(statement) => statement,
        Err(error) => return refused(error).map(Err),
    };
    let parameters = match statement.parameters() {
        Some(sqlx::Either::Left(types)) => types.iter().map(|one| one.oid().map_or(0, |oid| oid.0)).collect(),
        Some(sqlx::Either::Right(_)) | None => Vec::new(),
    };
    let columns = statement.columns().iter().map(result_column).collect();
    Ok(Ok(Prepared { parameters, columns }))
}

fn result_column(column: &PgColumn) -> ResultColumn {
    ResultColumn {
        name: column.name().to_owned(),
        type_oid: column.type_info().oid().map_or(0, |oid| oid.0),
        origin: column.relation_id().zip(column.relation_attribute_no()).map(|(relation, number)| (relation.0, number)),
    }
}

/// Prepares a query for the rest of the session, under a name.
pub fn hold(name: &str, text: &str, types: &[String]) -> String {
    let types = if types.is_empty() { String::new() } else { format!(" ({})", types.join(", ")) };
    format!("PREPARE {name}{types} AS {text}")
}

/// Plans a statement that the session holds, with NULL for every parameter: finds a changed result, an ON CONFLICT without
/// its index, a privilege that is missing.
pub fn explain(name: &str, parameters: usize) -> String {
    let nulls = vec!["NULL"; parameters].join(", ");
    let nulls = if parameters == 0 { String::new() } else { format!("({nulls})") };
    format!("EXPLAIN EXECUTE {name}{nulls}")
}

fn refused(error: sqlx::Error) -> Result<Refusal, sqlx::Error> {
    match sqlstate(&error) {
        Some(code) => Ok(Refusal { code, message: plain(&error) }),
        None => Err(error),
    }
}
