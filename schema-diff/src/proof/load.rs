//! Loads a catalog, with what it leans on, into an empty scratch database.

use schema_model::Catalog;
use sqlx::{Connection, PgConnection};

use super::ProofError;
use super::scratch::ScratchDatabase;
use crate::dialect::postgres::load;
use crate::dialect::postgres::session::execute;
use crate::dialect::postgres::session::plain;
use crate::inspection::Inspection;

/// What tables lean on, as statements with whether each must succeed.
#[derive(Clone, Debug, Default)]
pub struct Surroundings(pub Vec<(String, bool)>);

/// Makes the catalog. Types and functions that can't be made at first are tried again, and after the tables once more,
/// since they may use each other and the tables' rows; what then really needs one that is missing fails by its own name.
pub(super) async fn load(
    database: &ScratchDatabase,
    catalog: &Catalog,
    facts: &Inspection,
    surroundings: &Surroundings,
) -> Result<(), ProofError> {
    let mut connection = database.connect().await.map_err(|error| ProofError::Scratch(plain(&error)))?;
    required(&mut connection, load::UNCHECKED_BODIES).await?;
    let mut later = Vec::new();
    for statement in load::types(catalog) {
        required(&mut connection, &statement).await?;
    }
    for (statement, must_succeed) in &surroundings.0 {
        if *must_succeed {
            required(&mut connection, statement).await?;
        } else if execute(&mut connection, statement).await.is_err() {
            later.push(statement);
        }
    }
    let later = attempt(&mut connection, later).await;
    for statement in load::tables(catalog) {
        required(&mut connection, &statement).await?;
    }
    attempt(&mut connection, later).await;
    for table in catalog.tables.values() {
        for trigger in facts.facts_of(&table.name).iter().flat_map(|facts| &facts.triggers) {
            for statement in load::trigger(&table.name, trigger) {
                if trigger.is_ours() {
                    required(&mut connection, &statement).await?;
                } else {
                    drop(execute(&mut connection, &statement).await);
                }
            }
        }
    }
    connection.close().await.map_err(|error| ProofError::Scratch(plain(&error)))
}

/// Tries statements that may need each other; gives those that fail.
async fn attempt<'a>(connection: &mut PgConnection, statements: Vec<&'a String>) -> Vec<&'a String> {
    let mut failed = Vec::new();
    for statement in statements {
        if execute(connection, statement).await.is_err() {
            failed.push(statement);
        }
    }
    failed
}

async fn required(connection: &mut PgConnection, statement: &str) -> Result<(), ProofError> {
    execute(connection, statement)
        .await
        .map_err(|error| ProofError::Load { statement: statement.to_owned(), message: plain(&error) })
}
