//! `confirm` and `contract`: the old form goes when the gate is open.

use std::time::Duration;

use super::error::ApplyError;
use super::gate::{self, Evidence, Waiver};
use super::lease::host_name;
use super::runner::{Attempt, Runner};
use super::status::expand_statements;
use super::step::record_of;
use super::window::Noted;
use crate::dialect::postgres::history::instance::forget_the_dead;
use crate::dialect::postgres::history::waiver::{NewWaiver, record_waiver};
use crate::dialect::postgres::history::{self, AtConfirm, Grace, MigrationRecord, MigrationState, StepRecord};
use crate::dialect::postgres::postcondition::later_triggers;
use crate::dialect::postgres::sync::last_triggers;
use crate::migration::Migration;
use crate::phase::{Part, Phase};

/// What the contract has made of a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contracted {
    /// The folder's name.
    pub migration: String,
    /// Where what went is set aside: until when it can be brought back.
    pub in_grace: Option<Grace>,
}

impl Runner {
    /// Changes how long the contract waits after a confirmation; not at all by default.
    pub fn set_quiet(&mut self, quiet: Duration) {
        self.quiet = quiet;
    }

    /// Lets the contract begin without evidence, each by its name. What is used of that is recorded in the history.
    pub fn set_waivers(&mut self, waivers: Vec<Waiver>) {
        self.waivers = waivers;
    }

    /// Records that a release is everywhere and nothing older runs. It counts for the open migrations whose backfill
    /// is complete now, and for no later one. Gives their names.
    pub async fn confirm(&mut self, migrations: &[Migration], release: &str) -> Result<Vec<String>, ApplyError> {
        let outcome = self.confirm_open(migrations, release).await;
        self.explain(outcome).await
    }

    async fn confirm_open(&mut self, migrations: &[Migration], release: &str) -> Result<Vec<String>, ApplyError> {
        let records = self.records(migrations).await?;
        forget_the_dead(&mut self.connection).await?;
        let mut confirmed = Vec::new();
        // A contract that has begun and has removed nothing yet may find somebody who still writes the old form.
        let ready = |record: &&MigrationRecord| {
            let before_switch = record.state == MigrationState::Open
                || (record.state == MigrationState::Contracting && !record.switched);
            before_switch && record.backfilled
        };
        for record in records.iter().filter(ready) {
            let Some(migration) = migrations.iter().find(|migration| migration.version == record.version) else {
                continue;
            };
            let now = AtConfirm {
                legacy_writes: gate::legacy_writes(&mut self.connection, migration).await?,
                statements: gate::calls(&mut self.connection, migration).await?,
                quiet: self.quiet,
            };
            let mut transaction = self.begin_fenced().await?;
            history::confirm(&mut transaction, (record.version, record.attempt), release, &now).await?;
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

    /// Contracts the open migrations, or the one given. All gates are looked at before the first step is taken. What a
    /// switch has set aside is dropped when its grace time is over; `grace` moves the end of that to so long after the
    /// switch.
    pub async fn contract(
        &mut self,
        migrations: &[Migration],
        version: Option<i64>,
        grace: Option<Duration>,
    ) -> Result<Vec<Contracted>, ApplyError> {
        let outcome = self.contract_open(migrations, version, grace).await;
        self.explain(outcome).await
    }

    async fn contract_open(
        &mut self,
        migrations: &[Migration],
        version: Option<i64>,
        grace: Option<Duration>,
    ) -> Result<Vec<Contracted>, ApplyError> {
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
            let waived = if record.switched { Vec::new() } else { self.require_open(migration, record).await? };
            open.push((Attempt { migration, number: record.attempt }, record.switched, waived));
        }
        self.grace = grace.unwrap_or(self.grace);
        let mut contracted = Vec::new();
        for (attempt, switched, waived) in open {
            self.record_waivers(attempt, &waived).await?;
            if let Some(grace) = grace.filter(|_| switched && attempt.migration.sets_aside()) {
                let mut transaction = self.begin_fenced().await?;
                history::set_grace(&mut transaction, attempt.version(), attempt.number, grace).await?;
                transaction.commit().await?;
            }
            let in_grace = self.run_contract(attempt).await?;
            contracted.push(Contracted { migration: attempt.migration.folder_name(), in_grace });
        }
        Ok(contracted)
    }

    /// Gives what is closed and waived.
    async fn require_open(
        &mut self,
        migration: &Migration,
        record: &MigrationRecord,
    ) -> Result<Vec<Evidence>, ApplyError> {
        let evidence = gate::evidence(&mut self.connection, migration, record, &self.waivers).await?;
        require(migration, &evidence)?;
        Ok(evidence.into_iter().filter(|one| one.waived.is_some()).collect())
    }

    async fn record_waivers(&mut self, attempt: Attempt<'_>, waived: &[Evidence]) -> Result<(), ApplyError> {
        if waived.is_empty() {
            return Ok(());
        }
        let host = host_name();
        let mut transaction = self.begin_fenced().await?;
        for one in waived {
            let waiver = NewWaiver {
                version: attempt.version(),
                attempt: attempt.number,
                evidence: one.name,
                finding: &one.words,
                reason: one.waived.as_deref().unwrap_or_default(),
                host: &host,
            };
            record_waiver(&mut transaction, &waiver).await?;
        }
        transaction.commit().await?;
        for one in waived {
            self.notice(&format!("waived, which the history says from now on: {}: {}", one.name, one.words));
        }
        Ok(())
    }

    /// Tighten and switch; when the grace time of what that sets aside is over, drop it, and clean. Gives the grace time
    /// where it isn't over. Tightening may take hours, so what was counted before it is counted again before the switch,
    /// and so it is where an interrupted contract goes on.
    pub(super) async fn run_contract(&mut self, attempt: Attempt<'_>) -> Result<Option<Grace>, ApplyError> {
        let migration = attempt.migration;
        let records = history::steps(&mut self.connection, attempt.version(), attempt.number).await?;
        let switched = migration.switch().is_some() && !has_left(migration, Part::Switch, &records);
        let may_drop_more = !switched || has_left(migration, Part::Grace, &records);
        if switched && let Some(grace) = self.left_of_grace(attempt).await? {
            self.set_state(attempt, MigrationState::InGrace).await?;
            return Ok(Some(grace));
        }
        if may_drop_more {
            let then = "look at the rows it touched, then run `cargo schema contract` again";
            self.require_last_triggers(migration, then).await?;
        }
        self.set_state(attempt, MigrationState::Contracting).await?;
        for part in Part::ALL {
            if part == Part::Grace
                && let Some(grace) = self.left_of_grace(attempt).await?
            {
                self.set_state(attempt, MigrationState::InGrace).await?;
                return Ok(Some(grace));
            }
            let removes = match part {
                Part::Switch => !switched,
                Part::Grace => has_left(migration, part, &records),
                Part::Tighten | Part::Clean => false,
            };
            if removes {
                self.require_counts(attempt, part).await?;
            }
            for step in migration.part(part) {
                self.run_step(attempt, step, &records).await?;
            }
        }
        self.set_state(attempt, MigrationState::Done).await?;
        Ok(None)
    }

    /// The grace time of what was set aside, where it isn't over. A run of all phases waits for none.
    async fn left_of_grace(&mut self, attempt: Attempt<'_>) -> Result<Option<Grace>, ApplyError> {
        if !attempt.migration.sets_aside() {
            return Ok(None);
        }
        let records = history::migrations(&mut self.connection).await?;
        let record = records.into_iter().find(|record| record.version == attempt.version());
        let grace = record.filter(|record| !record.all_phases).and_then(|record| record.grace);
        Ok(grace.filter(|grace| !grace.is_over))
    }

    /// Counts right before something goes. Counting may take so long that the window closes meanwhile: what was counted
    /// before the next one opens says nothing any more.
    pub(super) async fn require_counts(&mut self, attempt: Attempt<'_>, part: Part) -> Result<(), ApplyError> {
        let migration = attempt.migration;
        let next = migration.part(part).find(|step| step.is_work());
        loop {
            if let Some(step) = next {
                self.await_window(attempt, step, Noted::InHistory).await?;
            }
            let evidence = gate::counted_evidence(&mut self.connection, migration).await?;
            require(migration, &gate::waive(evidence, &self.waivers))?;
            if part == Part::Switch {
                self.require_nobody_left(attempt).await?;
            }
            match next {
                Some(step) if !self.is_window_open(step).await? => {}
                _ => return Ok(()),
            }
        }
    }

    /// Tightening may take hours: whether anybody uses the old form again is looked at once more before it goes. A run of
    /// all phases has no gate.
    async fn require_nobody_left(&mut self, attempt: Attempt<'_>) -> Result<(), ApplyError> {
        let records = history::migrations(&mut self.connection).await?;
        let record = records.iter().find(|record| record.version == attempt.version() && !record.all_phases);
        let Some(record) = record else { return Ok(()) };
        let evidence = gate::looked_at(&mut self.connection, attempt.migration, record).await?;
        require(attempt.migration, &gate::waive(evidence, &self.waivers))
    }

    /// A BEFORE trigger made since the plan may fire after ours and change what ours has put in step.
    pub(super) async fn require_last_triggers(
        &mut self,
        migration: &Migration,
        then: &'static str,
    ) -> Result<(), ApplyError> {
        for ours in last_triggers(expand_statements(migration)) {
            if let Some(later) = later_triggers(&mut self.connection, &ours).await?.into_iter().next() {
                return Err(ApplyError::LaterTrigger {
                    table: ours.table.to_string(),
                    trigger: later,
                    ours: ours.name.to_string(),
                    then,
                });
            }
        }
        Ok(())
    }
}

/// Whether a part of the contract has steps that are not done.
fn has_left(migration: &Migration, part: Part, records: &[StepRecord]) -> bool {
    let mut work = migration.part(part).filter(|step| step.is_work());
    work.any(|step| record_of(step, records).is_none_or(|record| record.state != "done"))
}

fn require(migration: &Migration, evidence: &[Evidence]) -> Result<(), ApplyError> {
    if evidence.iter().all(Evidence::lets_pass) {
        return Ok(());
    }
    Err(ApplyError::GateClosed { migration: migration.folder_name(), evidence: evidence.to_vec() })
}
