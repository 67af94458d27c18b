//! Are both forms equal? Asked at any time.

use sqlx::Connection;

use super::connection::Target;
use super::error::ApplyError;
use super::gate::{Counted, counted, sampled};
use super::runner::check_format;
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState};
use crate::migration::Migration;
use crate::statement::{Body, Gate, ScriptStep};

/// What was counted in one open migration.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The migration's folder.
    pub migration: String,
    /// Each of its gates.
    pub counted: Vec<Counted>,
}

/// Counts, on the server, what stands in the way of the contract of each open migration. It reads whole tables, and
/// blocks nobody.
pub async fn verify(target: &Target, migrations: &[Migration]) -> Result<Vec<Verified>, ApplyError> {
    look(target, migrations, None).await
}

/// Looks at about so many pages of each table, chosen at random, and says nothing of gates that can't be sampled. It
/// takes a moment whatever the table's size, and proves nothing: the contract counts everything.
pub async fn sample(target: &Target, migrations: &[Migration], pages: u32) -> Result<Vec<Verified>, ApplyError> {
    look(target, migrations, Some(pages)).await
}

async fn look(target: &Target, migrations: &[Migration], pages: Option<u32>) -> Result<Vec<Verified>, ApplyError> {
    let mut connection = target.connect("schema-diff verify").await?;
    let mut verified = Vec::new();
    if check_format(&mut connection).await? {
        for record in history::migrations(&mut connection).await? {
            let migration = migrations.iter().find(|migration| migration.version == record.version);
            let Some(migration) = migration.filter(|_| has_both_forms(&record)) else { continue };
            let mut all = Vec::new();
            for (step, gate) in gates(migration) {
                match pages {
                    Some(pages) => all.extend(sampled(&mut connection, migration, (step, gate), pages).await?),
                    None => all.push(counted(&mut connection, migration, step, gate).await?),
                }
            }
            verified.push(Verified { migration: migration.folder_name(), counted: all });
        }
    }
    connection.close().await?;
    Ok(verified)
}

/// Whether the old and the new form are there, and kept in step.
pub(super) fn has_both_forms(record: &MigrationRecord) -> bool {
    // What can't be brought back waits for the end of the grace time, and so is still kept in step.
    let before_switch = matches!(record.state, MigrationState::Open | MigrationState::Contracting) && !record.switched;
    before_switch || record.state == MigrationState::InGrace
}

/// The gates of a migration with their steps.
pub(super) fn gates(migration: &Migration) -> impl Iterator<Item = (&ScriptStep, &Gate)> {
    migration.gates().filter_map(|step| match &step.body {
        Body::Gate(gate) => Some((step, gate)),
        Body::Statements(_) | Body::Backfill(_) | Body::Consent(_) => None,
    })
}
