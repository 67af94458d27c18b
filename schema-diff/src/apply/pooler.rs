//! What can't be done behind a pooler, told before anything is begun.

use super::error::ApplyError;
use super::runner::Runner;
use crate::dialect::postgres::history::{MigrationRecord, MigrationState};
use crate::migration::Migration;
use crate::statement::{Body, ScriptStep};

impl Runner {
    /// Refuses steps that need a session of their own where there is none: what they set would stay with a session
    /// that somebody else gets, and nobody could tell whether they are still at work.
    pub(super) fn require_own_session<'a>(
        &self,
        migration: &Migration,
        steps: impl IntoIterator<Item = &'a ScriptStep>,
    ) -> Result<(), ApplyError> {
        let outside = |step: &&ScriptStep| !step.transaction && matches!(step.body, Body::Statements(_));
        match steps.into_iter().find(outside) {
            Some(step) if self.pooled => Err(ApplyError::Pooled {
                migration: migration.folder_name(),
                title: step.title.clone(),
                direct: self.target.is_said_to_be_direct(),
            }),
            _ => Ok(()),
        }
    }

    /// The same for everything that a run would bring forward, with all its phases: half a migration helps nobody.
    pub(super) fn require_own_session_for_pending(
        &self,
        migrations: &[Migration],
        records: &[MigrationRecord],
    ) -> Result<(), ApplyError> {
        for migration in migrations {
            let record = records.iter().find(|record| record.version == migration.version);
            let over = record.is_some_and(|record| {
                matches!(record.state, MigrationState::Open | MigrationState::InGrace | MigrationState::Done)
            });
            if !over {
                self.require_own_session(migration, &migration.steps)?;
            }
        }
        Ok(())
    }
}
