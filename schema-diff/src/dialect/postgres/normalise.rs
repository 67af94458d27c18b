//! Brings declared expressions and types into the server's own form.
//!
//! What no server has seen yet is materialised: a temporary table under the table's own name holds all its open
//! expressions, in a transaction that is always rolled back, and the server's form is read back.

mod names;
mod open;
mod read_back;

use names::Known;
use schema_model::{Catalog, Position, QualifiedName, Table};
use sqlx::{Connection, PgConnection, Row};

use super::quote;
use super::render::table::create_enum;
use super::session::{execute, query, query_all, sqlstate};
use crate::dialect::postgres::session::plain;

/// Why a declared catalog could not be brought into the server's form.
#[derive(Debug, thiserror::Error)]
pub enum NormaliseError {
    /// The connection broke.
    #[error("can't ask the server for its form of the declared expressions: {}", plain(.0))]
    Sql(#[from] sqlx::Error),
    /// This server can't be asked: temporary tables are refused, the session is read-only, or an expression needs what
    /// only a scratch server has, such as a new enum value.
    #[error("this server can't be asked for its form of the declared expressions: {0}")]
    NeedsScratch(String),
    /// The server doesn't accept what is declared.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Refused(Vec<Refusal>),
}

/// An expression or a type that the server doesn't accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The object.
    pub object: String,
    /// Where it is declared, where that is known.
    pub position: Option<Position>,
    /// The text as declared.
    pub text: String,
    /// What the server says.
    pub message: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: the server doesn't accept `{}`: {}", self.object, self.text, self.message)
    }
}

/// A declared expression that no server has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// The table that it belongs to.
    pub table: QualifiedName,
    /// The expression as declared.
    pub text: String,
    /// Where its column stands, if it is a column's.
    pub position: Option<Position>,
}

/// Takes the server's form of expressions and types from catalogs that know it, without a server; gives the expressions
/// of which none knows it.
pub fn recognised(declared: &mut Catalog, known: &[&Catalog]) -> Vec<Unseen> {
    open::recognise(declared, known);
    Known::of(known).recognise(declared);
    open::recognise_types(declared, known);
    open::recognise_storage(declared);
    declared.tables.values().flat_map(|table| open::unseen(table)).collect()
}

/// Gives every expression of the declared catalog its server form. What the known catalogs have seen already is taken
/// from them; the rest is asked from the server.
pub async fn normalise(
    connection: &mut PgConnection,
    declared: &mut Catalog,
    known: &[&Catalog],
) -> Result<(), NormaliseError> {
    open::recognise(declared, known);
    open::recognise_storage(declared);
    let known_names = Known::of(known);
    known_names.recognise(declared);
    let is_open = |table: &&std::sync::Arc<Table>| open::is_open(table) || known_names.leaves_open(table);
    let names: Vec<QualifiedName> = declared.tables.values().filter(is_open).map(|table| table.name.clone()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let mut transaction = connection.begin().await?;
    let outcome = materialise(&mut transaction, declared, &names).await;
    transaction.rollback().await?;
    outcome
}

async fn materialise(
    connection: &mut PgConnection,
    declared: &mut Catalog,
    names: &[QualifiedName],
) -> Result<(), NormaliseError> {
    create_types(connection, declared).await?;
    let mut refusals = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let Some(table) = declared.table_mut(name) else { continue };
        match materialise_table(connection, table, number).await {
            Ok(()) => {}
            Err(error) if error.as_database_error().is_some() => {
                check_server(&error)?;
                refusals.extend(culprits(connection, table, &error).await?);
            }
            Err(error) => return Err(error.into()),
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(NormaliseError::Refused(refusals)) }
}

/// Errors that lie with this server and not with what is declared: read-only, no right to make temporary tables or
/// types, a new enum value used in the transaction that adds it or not known yet.
fn check_server(error: &sqlx::Error) -> Result<(), NormaliseError> {
    match sqlstate(error).as_deref() {
        Some("25006" | "42501" | "55P04" | "22P02") => Err(NormaliseError::NeedsScratch(plain(error))),
        _ => Ok(()),
    }
}

/// Enum types that are declared and not there yet are made in the same transaction.
async fn create_types(connection: &mut PgConnection, declared: &Catalog) -> Result<(), NormaliseError> {
    let refused = |error: sqlx::Error| match check_server(&error) {
        Err(needs_scratch) => needs_scratch,
        Ok(()) => error.into(),
    };
    for enum_type in declared.enums.values() {
        let name = quote::qualified(&enum_type.name);
        let there: bool =
            query("SELECT to_regtype($1) IS NOT NULL").bind(&name).fetch_one(&mut *connection).await?.try_get(0)?;
        if there {
            continue;
        }
        let namespace = quote::name(&enum_type.name.namespace);
        execute(connection, &format!("CREATE SCHEMA IF NOT EXISTS {namespace}")).await.map_err(refused)?;
        for statement in create_enum(enum_type) {
            execute(connection, &statement).await.map_err(refused)?;
        }
    }
    Ok(())
}

/// All open expressions of a table at once, under a savepoint.
async fn materialise_table(connection: &mut PgConnection, table: &mut Table, number: usize) -> Result<(), sqlx::Error> {
    let mut savepoint = connection.begin().await?;
    let path = format!("SET LOCAL search_path = {}, public", quote::name(&table.name.namespace));
    let outcome = async {
        execute(&mut savepoint, &path).await?;
        for statement in open::statements(table, number) {
            execute(&mut savepoint, &statement).await?;
        }
        query_all(&mut savepoint, "SET LOCAL search_path = ''").await?;
        read_back::read(&mut savepoint, table, number).await
    }
    .await;
    savepoint.rollback().await?;
    outcome
}

/// After an error each expression alone, so that all that is refused is named, and at its own place.
async fn culprits(
    connection: &mut PgConnection,
    table: &Table,
    error: &sqlx::Error,
) -> Result<Vec<Refusal>, NormaliseError> {
    let mut refusals = Vec::new();
    for (object, text, position, single) in open::one_by_one(table) {
        let mut single = single;
        if let Err(error) = materialise_table(connection, &mut single, 0).await {
            refusals.push(Refusal { object, position, text, message: plain(&error) });
        }
    }
    if refusals.is_empty() {
        let object = table.name.to_string();
        refusals.push(Refusal {
            object,
            position: table.position.clone(),
            text: "the table".to_owned(),
            message: plain(error),
        });
    }
    Ok(refusals)
}
