//! `apply`: expand and backfill of everything that is pending; where nothing existed before, all phases.

use std::collections::BTreeSet;

use super::check::{self, Standing};
use super::error::ApplyError;
use super::lease::host_name;
use super::runner::{Attempt, Runner};
use crate::canonical;
use crate::dialect::postgres::history::{self, MigrationRecord, MigrationState, NewAttempt};
use crate::dialect::postgres::inspect::inspect;
use crate::dialect::postgres::session::holds_rows;
use crate::migration::Migration;
use crate::phase::Phase;

/// How to apply.
#[derive(Clone, Copy, Debug, Default)]
pub struct ApplyOptions {
    /// All phases at once, whatever existed before: for development databases. It is recorded.
    pub all_phases: bool,
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct ApplyOutcome {
    /// The migrations that it brought forward, in order.
    pub done: Vec<Done>,
}

/// What was done to one migration.
#[derive(Clone, Debug)]
pub struct Done {
    /// The folder's name.
    pub migration: String,
    /// Where it stands now.
    pub state: MigrationState,
}

impl Runner {
    /// Brings every pending migration forward, in the order of their versions.
    pub async fn apply(&mut self, migrations: &[Migration], options: ApplyOptions) -> Result<ApplyOutcome, ApplyError> {
        let outcome = self.apply_pending(migrations, options).await;
        self.explain(outcome).await
    }

    async fn apply_pending(
        &mut self,
        migrations: &[Migration],
        options: ApplyOptions,
    ) -> Result<ApplyOutcome, ApplyError> {
        let records = self.records(migrations).await?;
        if let Some(record) = records.iter().find(|record| record.state == MigrationState::RollingBack) {
            return Err(ApplyError::RollingBack(format!("{}_{}", record.version, record.name)));
        }
        self.require_own_session_for_pending(migrations, &records)?;
        let records = self.announce(migrations, records, options).await?;
        let outcome = self.bring_all_forward(migrations, &records).await;
        if outcome.is_err() {
            // The mode was for this run. After a kill the next one goes on with it; after an error it is found anew.
            // Where even that fails, what is told is why the run failed.
            drop(self.forget_pending(&records).await);
        }
        outcome
    }

    async fn forget_pending(&mut self, records: &[MigrationRecord]) -> Result<(), ApplyError> {
        let mut transaction = self.begin_fenced().await?;
        for record in records.iter().filter(|record| record.state == MigrationState::Pending) {
            history::forget_pending(&mut transaction, record.version, record.attempt).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn bring_all_forward(
        &mut self,
        migrations: &[Migration],
        records: &[MigrationRecord],
    ) -> Result<ApplyOutcome, ApplyError> {
        let mut outcome = ApplyOutcome::default();
        for migration in migrations {
            let Some(record) = records.iter().find(|record| record.version == migration.version) else { continue };
            let begun = matches!(record.state, MigrationState::Pending | MigrationState::Running);
            let to_be_finished = record.all_phases && record.state.is_open();
            if !(begun || to_be_finished) {
                continue;
            }
            let state = self.bring_forward(migration, record, migrations).await?;
            outcome.done.push(Done { migration: migration.folder_name(), state });
        }
        Ok(outcome)
    }

    /// Announces what is pending, with the mode of each, in one transaction: whoever takes the run over keeps it.
    async fn announce(
        &mut self,
        migrations: &[Migration],
        records: Vec<MigrationRecord>,
        options: ApplyOptions,
    ) -> Result<Vec<MigrationRecord>, ApplyError> {
        let existing: BTreeSet<String> =
            canonical::objects(&inspect(&mut self.connection).await?.catalog).into_keys().collect();
        // Announced in an earlier run that never came to it, and changed or gone since.
        let stale = |record: &&MigrationRecord| {
            let file = migrations.iter().find(|migration| migration.version == record.version);
            record.state == MigrationState::Pending && file.is_none_or(|file| file.checksum != record.checksum)
        };
        let in_use = self.in_use(migrations, &records, options, &existing).await?;
        let stale = |record: &&MigrationRecord| stale(record) || in_use.contains(&record.version);
        let mut transaction = self.begin_fenced().await?;
        for record in records.iter().filter(stale) {
            history::forget_pending(&mut transaction, record.version, record.attempt).await?;
        }
        for migration in migrations {
            let newest = records.iter().find(|record| record.version == migration.version);
            let attempt = match newest {
                None => 1,
                Some(record) if stale(&record) => record.attempt,
                Some(record) if record.state == MigrationState::RolledBack => record.attempt + 1,
                Some(_) => continue,
            };
            let new = NewAttempt {
                version: migration.version,
                attempt,
                name: &migration.name,
                checksum: &migration.checksum,
                files: migration.files.by_name(),
                has_contract: migration.has_contract(),
                all_phases: options.all_phases || touches_nothing_of(migration, &existing),
                host: &host_name(),
            };
            history::announce(&mut transaction, &new).await?;
        }
        transaction.commit().await?;
        Ok(history::migrations(&mut self.connection).await?)
    }

    /// What an earlier run was to take through all phases, since its tables were that run's own, and never came to: where
    /// these hold rows by now, somebody may work with them.
    async fn in_use(
        &mut self,
        migrations: &[Migration],
        records: &[MigrationRecord],
        options: ApplyOptions,
        existing: &BTreeSet<String>,
    ) -> Result<BTreeSet<i64>, ApplyError> {
        let mut in_use = BTreeSet::new();
        let waiting = |record: &&MigrationRecord| {
            record.state == MigrationState::Pending && record.all_phases && !options.all_phases
        };
        for record in records.iter().filter(waiting) {
            let file = migrations.iter().find(|migration| migration.version == record.version);
            let tables = file.into_iter().flat_map(|file| file.manifest.objects.keys()).map(|key| check::table_of(key));
            let tables = tables.filter(|table| existing.contains(&format!("table {table}")));
            for table in tables.collect::<BTreeSet<_>>() {
                let Ok(name) = table.parse() else { continue };
                if holds_rows(&mut self.connection, &name).await? {
                    in_use.insert(record.version);
                }
            }
        }
        Ok(in_use)
    }

    async fn bring_forward(
        &mut self,
        migration: &Migration,
        record: &MigrationRecord,
        migrations: &[Migration],
    ) -> Result<MigrationState, ApplyError> {
        let attempt = Attempt { migration, number: record.attempt };
        if record.state == MigrationState::Pending {
            check::disjoint(&mut self.connection, migration, migrations).await?;
            check::may_silence(&mut self.connection, migration).await?;
            self.require_last_triggers(migration, "or write the migration anew, then run `cargo schema apply` again")
                .await?;
            if self.begin(attempt, record.all_phases, migrations).await? {
                return Ok(MigrationState::Done);
            }
        }
        if matches!(record.state, MigrationState::Pending | MigrationState::Running) {
            self.run_phase(attempt, Phase::Expand).await?;
            self.run_phase(attempt, Phase::Backfill).await?;
        }
        let state = if !migration.has_contract() {
            self.set_state(attempt, MigrationState::Done).await?;
            MigrationState::Done
        } else if record.all_phases {
            self.run_contract(attempt).await?;
            MigrationState::Done
        } else {
            self.set_state(attempt, MigrationState::Open).await?;
            MigrationState::Open
        };
        Ok(state)
    }

    /// Looks whether the objects are what the migration was made for, and claims them. Gives whether everything is
    /// there already, as with a baseline on the database that it describes, or a drift that isn't here.
    async fn begin(
        &mut self,
        attempt: Attempt<'_>,
        all_phases: bool,
        migrations: &[Migration],
    ) -> Result<bool, ApplyError> {
        let migration = attempt.migration;
        if check::is_settled(&mut self.connection, migration, migrations).await? {
            self.record_all_done(attempt).await?;
            return Ok(true);
        }
        match check::standing(&mut self.connection, migration).await? {
            Standing::Before => {}
            Standing::After if migration.manifest.baseline => {
                self.record_all_done(attempt).await?;
                return Ok(true);
            }
            Standing::After => {
                let objects = vec!["everything it makes is there already".to_owned()];
                return Err(ApplyError::Drift { migration: migration.folder_name(), objects });
            }
            Standing::Differs(missing) if migration.manifest.baseline => {
                return Err(ApplyError::PartialBaseline { migration: migration.folder_name(), missing });
            }
            Standing::Differs(objects) => {
                return Err(ApplyError::Drift { migration: migration.folder_name(), objects });
            }
        }
        check::names_are_free(&mut self.connection, migration).await?;
        let mut transaction = self.begin_fenced().await?;
        if migration.has_contract() && !all_phases {
            history::claim_objects(&mut transaction, attempt.version(), &check::claims(migration)).await?;
        }
        history::set_state(&mut transaction, attempt.version(), attempt.number, MigrationState::Running).await?;
        transaction.commit().await?;
        Ok(false)
    }

    async fn record_all_done(&mut self, attempt: Attempt<'_>) -> Result<(), ApplyError> {
        let mut transaction = self.begin_fenced().await?;
        for step in &attempt.migration.steps {
            history::record_step(&mut transaction, super::step::step_key(attempt, step), "done", None).await?;
        }
        history::set_state(&mut transaction, attempt.version(), attempt.number, MigrationState::Done).await?;
        transaction.commit().await?;
        self.notice(&format!("{} is recorded: all of it is there already", attempt.migration.folder_name()));
        Ok(())
    }

    /// Runs the steps of a phase that are not done yet.
    pub(super) async fn run_phase(&mut self, attempt: Attempt<'_>, phase: Phase) -> Result<(), ApplyError> {
        let records = history::steps(&mut self.connection, attempt.version(), attempt.number).await?;
        for step in attempt.migration.phase(phase) {
            self.run_step(attempt, step, &records).await?;
        }
        Ok(())
    }
}

/// Whether nothing that the migration touches existed when the run began.
fn touches_nothing_of(migration: &Migration, existing: &BTreeSet<String>) -> bool {
    let manifest = &migration.manifest;
    let is_there =
        |table: &str| existing.contains(&format!("table {table}")) || existing.contains(&format!("type {table}"));
    !manifest.objects.is_empty()
        && !manifest.objects.keys().any(|key| existing.contains(key) || is_there(check::table_of(key)))
        && !manifest.leans_on.iter().any(|table| is_there(table))
}
