//! `confirm` and `contract`: the old form goes when the gate is open.

use super::error::ApplyError;
use super::gate::{self, Evidence};
use super::runner::{Attempt, Runner};
use super::status::expand_statements;
use super::step::record_of;
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState};
use crate::dialect::postgres::postcondition::later_triggers;
use crate::dialect::postgres::sync::{last_triggers, legacy_counters};
use crate::migration::Migration;
use crate::phase::{Part, Phase};

impl Runner {
    /// Records that a release is everywhere and nothing older runs. It counts for the open migrations whose backfill
    /// is complete now, and for no later one. Gives their names.
    pub async fn confirm(&mut self, migrations: &[Migration], release: &str) -> Result<Vec<String>, ApplyError> {
        let outcome = self.confirm_open(migrations, release).await;
        self.explain(outcome).await
    }

    async fn confirm_open(&mut self, migrations: &[Migration], release: &str) -> Result<Vec<String>, ApplyError> {
        let records = self.records(migrations).await?;
        let mut confirmed = Vec::new();
        let ready = |record: &&MigrationRecord| record.state == MigrationState::Open && record.backfilled;
        for record in records.iter().filter(ready) {
            let Some(migration) = migrations.iter().find(|migration| migration.version == record.version) else {
                continue;
            };
            let mut writes = None;
            for counter in legacy_counters(expand_statements(migration)) {
                let count = history::legacy_writes(&mut self.connection, &counter).await?;
                writes = Some(writes.unwrap_or(0) + count.unwrap_or(0));
            }
            let mut transaction = self.begin_fenced().await?;
            history::confirm(&mut transaction, record.version, record.attempt, release, writes).await?;
            transaction.commit().await?;
            confirmed.push(migration.folder_name());
        }
        if confirmed.is_empty() {
            let waiting: Vec<String> = records
                .iter()
                .filter(|record| matches!(record.state, MigrationState::Running | MigrationState::Pending))
                .map(|record| format!("{}_{}", record.version, record.name))
                .collect();
            return Err(ApplyError::NothingToConfirm(if waiting.is_empty() {
                "no migration waits for its contract".to_owned()
            } else {
                format!("the backfill of {} is not complete; run `cargo schema apply` first", waiting.join(", "))
            }));
        }
        Ok(confirmed)
    }

    /// Contracts the open migrations, or the one given. All gates are looked at before the first step is taken.
    pub async fn contract(
        &mut self,
        migrations: &[Migration],
        version: Option<i64>,
    ) -> Result<Vec<String>, ApplyError> {
        let outcome = self.contract_open(migrations, version).await;
        self.explain(outcome).await
    }

    async fn contract_open(
        &mut self,
        migrations: &[Migration],
        version: Option<i64>,
    ) -> Result<Vec<String>, ApplyError> {
        let records = self.records(migrations).await?;
        let wanted = |record: &&MigrationRecord| {
            record.state.is_open()
                && record.state != MigrationState::RollingBack
                && version.is_none_or(|version| version == record.version)
        };
        if let Some(version) =
            version.filter(|version| !migrations.iter().any(|migration| migration.version == *version))
        {
            return Err(ApplyError::UnknownVersion(version));
        }
        let mut open = Vec::new();
        for record in records.iter().filter(wanted) {
            let Some(migration) = migrations.iter().find(|migration| migration.version == record.version) else {
                continue;
            };
            self.require_own_session(migration, migration.phase(Phase::Contract))?;
            if !record.switched {
                self.require_open(migration, record).await?;
            }
            open.push(Attempt { migration, number: record.attempt });
        }
        for attempt in &open {
            self.run_contract(*attempt).await?;
        }
        Ok(open.iter().map(|attempt| attempt.migration.folder_name()).collect())
    }

    async fn require_open(&mut self, migration: &Migration, record: &MigrationRecord) -> Result<(), ApplyError> {
        require(migration, gate::evidence(&mut self.connection, migration, record).await?)
    }

    /// Tighten, switch, clean. Tightening may take hours, so what was counted before it is counted again before the
    /// switch, and so it is where an interrupted contract goes on.
    pub(super) async fn run_contract(&mut self, attempt: Attempt<'_>) -> Result<(), ApplyError> {
        let migration = attempt.migration;
        let records = history::steps(&mut self.connection, attempt.version(), attempt.number).await?;
        let switched = migration
            .switch()
            .and_then(|switch| record_of(switch, &records))
            .is_some_and(|record| record.state == "done");
        if !switched {
            let then = "look at the rows it touched, then run `cargo schema contract` again";
            self.require_last_triggers(migration, then).await?;
        }
        self.set_state(attempt, MigrationState::Contracting).await?;
        for part in [Part::Tighten, Part::Switch, Part::Clean] {
            if part == Part::Switch && !switched {
                self.require_counts(attempt).await?;
            }
            for step in migration.phase(Phase::Contract).filter(|step| step.part == Some(part)) {
                self.run_step(attempt, step, &records).await?;
            }
        }
        self.set_state(attempt, MigrationState::Done).await
    }

    /// Counts right before the switch. Counting may take so long that the window closes meanwhile: what was counted
    /// before the next one opens says nothing any more.
    async fn require_counts(&mut self, attempt: Attempt<'_>) -> Result<(), ApplyError> {
        let migration = attempt.migration;
        loop {
            if let Some(switch) = migration.switch() {
                self.await_window(attempt, switch).await?;
            }
            let evidence = gate::counted_evidence(&mut self.connection, migration).await?;
            require(migration, evidence)?;
            match migration.switch() {
                Some(switch) if !self.is_window_open(switch).await? => {}
                _ => return Ok(()),
            }
        }
    }

    /// A BEFORE trigger made since the plan may fire after ours and change what ours has put in step.
    pub(super) async fn require_last_triggers(
        &mut self,
        migration: &Migration,
        then: &'static str,
    ) -> Result<(), ApplyError> {
        for (table, trigger) in last_triggers(expand_statements(migration)) {
            if let Some(later) = later_triggers(&mut self.connection, &table, &trigger).await?.into_iter().next() {
                return Err(ApplyError::LaterTrigger {
                    table: table.to_string(),
                    trigger: later,
                    ours: trigger.to_string(),
                    then,
                });
            }
        }
        Ok(())
    }
}

fn require(migration: &Migration, evidence: Vec<Evidence>) -> Result<(), ApplyError> {
    if evidence.iter().all(|one| one.open) {
        return Ok(());
    }
    Err(ApplyError::GateClosed { migration: migration.folder_name(), evidence })
}
