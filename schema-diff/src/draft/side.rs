//! The sides that need a server: a live database, SQL files, the committed migrations.

use std::collections::BTreeSet;
use std::path::PathBuf;

use sqlx::{Connection, PgConnection};

use super::DraftError;
use super::compare::FromSide;
use super::spoken::Spoken;
use crate::apply::Target;
use crate::dialect::postgres::history;
use crate::dialect::postgres::inspect::inspect;
use crate::dialect::postgres::roles;
use crate::dialect::postgres::session::execute;
use crate::dialect::postgres::session::plain;
use crate::inspection::Inspection;
use crate::migration::Migration;
use crate::proof::{LiveHistory, ProofError, Scratch, rehearse};

/// Reads a live database; the connection stays open, to ask for the server's form of expressions.
pub async fn live(target: &Target) -> Result<(PgConnection, FromSide), DraftError> {
    let mut connection = target.connect("schema-diff diff").await.map_err(ProofError::from)?;
    let inspection = inspect(&mut connection).await?;
    let mut history = LiveHistory { records: history::migrations(&mut connection).await?, steps: Vec::new() };
    for record in history.records.iter().filter(|record| record.state.is_open()) {
        let steps = history::steps(&mut connection, record.version, record.attempt).await?;
        history.steps.push((record.version, steps));
    }
    Ok((connection, FromSide { inspection, history }))
}

/// Runs SQL files on an empty scratch database and reads what they made.
pub async fn from_sql(scratch: &mut Scratch, files: &[(PathBuf, String)]) -> Result<FromSide, DraftError> {
    let database = scratch.database().await?;
    let mut connection = database.connect().await?;
    roles::make(&mut connection, files.iter().flat_map(|(_, text)| roles::named(text)).collect()).await?;
    for (path, text) in files {
        execute(&mut connection, text)
            .await
            .map_err(|error| DraftError::SqlFile { path: path.clone(), message: plain(&error) })?;
    }
    // Dumps leave an empty search_path and other settings behind.
    execute(&mut connection, "RESET ALL").await?;
    let mut side = read(&mut connection).await?;
    let texts = files.iter().map(|(_, text)| text.as_str());
    Spoken::of(texts).forget_other_versions(&mut side.inspection.catalog.objects);
    connection.close().await?;
    scratch.drop_database(&database).await?;
    Ok(side)
}

/// Runs the committed migrations on an empty scratch database and reads what they made.
pub async fn from_migrations(scratch: &mut Scratch, migrations: &[Migration]) -> Result<FromSide, DraftError> {
    let (nothing, none) = (Inspection::default(), LiveHistory::default());
    let done = rehearse(scratch, &nothing, &BTreeSet::new(), migrations, &none).await?;
    let mut connection = done.database.connect().await?;
    let mut side = read(&mut connection).await?;
    let texts = migrations.iter().flat_map(|migration| migration.files.by_name().values());
    Spoken::of(texts.map(String::as_str)).forget_other_versions(&mut side.inspection.catalog.objects);
    connection.close().await?;
    scratch.drop_database(&done.database).await?;
    Ok(side)
}

async fn read(connection: &mut PgConnection) -> Result<FromSide, DraftError> {
    Ok(FromSide { inspection: inspect(connection).await?, history: LiveHistory::default() })
}
