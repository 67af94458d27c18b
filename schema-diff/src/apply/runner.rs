//! The runner: the connection that works, the lease, and the migrations of the folder.

use std::time::Duration;

use sqlx::{Connection, PgConnection, Postgres, Transaction};

use super::backfill::BackfillOptions;
use super::connection::{Target, set_session_timeouts};
use super::error::ApplyError;
use super::gate::Waiver;
use super::heartbeat::Heartbeat;
use super::lease::{Lease, host_name, new_token, short};
use super::loss::plainly;
use super::progress::{Event, Listener};
use super::window::{Outside, Window};
use crate::dialect::postgres::history::{self, Format, MigrationRecord, MigrationState};
use crate::dialect::postgres::lease::{self, Claim};
use crate::dialect::postgres::pooler::shares_sessions;
use crate::dialect::postgres::session::read_only;
use crate::migration::Migration;

/// How long a strong lock is tried for, all tries together.
pub(super) const LOCK_PATIENCE: Duration = Duration::from_secs(60);

/// How long what is set aside can be brought back, where nothing else is said.
pub const DEFAULT_GRACE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long our own tables are waited for: somebody may look at them by hand.
pub(super) const PLAIN_LOCK_TIMEOUT: &str = "60s";

/// A runner that has the lease. Give it back by [`Runner::finish`]; a runner that is dropped leaves a lease that the
/// next one takes over at once.
pub struct Runner {
    pub(super) connection: PgConnection,
    pub(super) target: Target,
    /// Whether a pooler hands its sessions out by transactions.
    pub(super) pooled: bool,
    pub(super) lease: Lease,
    pub(super) listener: Listener,
    pub(super) lock_patience: Duration,
    pub(super) backfill_options: BackfillOptions,
    pub(super) window: Option<(Window, Outside)>,
    pub(super) grace: Duration,
    pub(super) quiet: Duration,
    pub(super) waivers: Vec<Waiver>,
}

/// A migration in the attempt that is under way.
#[derive(Clone, Copy)]
pub(super) struct Attempt<'a> {
    pub(super) migration: &'a Migration,
    pub(super) number: i32,
}

impl Attempt<'_> {
    pub(super) fn version(&self) -> i64 {
        self.migration.version
    }
}

impl Runner {
    /// Connects, makes the history tables where they are missing, and takes the lease.
    pub async fn start(target: Target, command: &str, listener: Listener) -> Result<Self, ApplyError> {
        Self::start_after_others(target, command, listener, Duration::ZERO).await
    }

    /// The same, and waits for another runner that is at work.
    pub async fn start_after_others(
        target: Target,
        command: &str,
        listener: Listener,
        wait: Duration,
    ) -> Result<Self, ApplyError> {
        Self::take_lease(target, command, listener, wait).await.map_err(plainly)
    }

    async fn take_lease(target: Target, command: &str, listener: Listener, wait: Duration) -> Result<Self, ApplyError> {
        let token = new_token();
        let mut connection = target.connect(&format!("schema-diff {command} {}", short(&token))).await?;
        if let Some(why) = read_only(&mut connection).await? {
            return Err(ApplyError::ReadOnly(why));
        }
        let mut heartbeat = Heartbeat::connect(&target, &token).await?;
        let pooled = shares_sessions(&mut connection, &mut heartbeat.connection).await?;
        let host = host_name();
        if !pooled {
            // Whatever the role's defaults are: what may take long sets its own.
            set_session_timeouts(&mut connection, PLAIN_LOCK_TIMEOUT, "0").await?;
            heartbeat.has_own_session().await?;
        }
        let claim = Claim { token: &token, command, host: &host, named: !pooled };
        history::create(&mut connection).await?;
        check_format(&mut connection).await?;
        let lease = Lease::take(&mut connection, heartbeat, &claim, wait, &listener).await?;
        Ok(Self {
            connection,
            target,
            pooled,
            lease,
            listener,
            lock_patience: LOCK_PATIENCE,
            backfill_options: BackfillOptions::default(),
            window: None,
            grace: DEFAULT_GRACE,
            quiet: Duration::ZERO,
            waivers: Vec::new(),
        })
    }

    /// Changes how long a strong lock is tried for, all tries together.
    #[must_use]
    pub fn lock_patience(mut self, patience: Duration) -> Self {
        self.lock_patience = patience;
        self
    }

    /// Changes how backfills go.
    pub fn set_backfill_options(&mut self, options: BackfillOptions) {
        self.backfill_options = options;
    }

    /// Changes how long what the switch sets aside can be brought back.
    pub fn set_grace(&mut self, grace: Duration) {
        self.grace = grace;
    }

    /// How long what a migration's switch sets aside can be brought back; `None` where it sets nothing aside.
    pub(super) fn grace_of(&self, migration: &Migration) -> Option<Duration> {
        migration.sets_aside().then_some(self.grace)
    }

    /// Another connection: a session of its own, which may wait as long as the run does. Behind a pooler the time-outs
    /// would stay with a session that somebody else gets.
    pub(super) async fn connect_to_work(&self) -> Result<PgConnection, ApplyError> {
        let mut connection = self.target.connect(&format!("schema-diff work {}", short(self.lease.token()))).await?;
        if !self.pooled {
            set_session_timeouts(&mut connection, PLAIN_LOCK_TIMEOUT, "0").await?;
        }
        Ok(connection)
    }

    /// Gives the lease back and closes the connection.
    pub async fn finish(mut self) -> Result<(), ApplyError> {
        let released = self.lease.release(&mut self.connection).await;
        released.map_err(|error| plainly(error.into()))?;
        // Nothing of ours depends on how the connection ends.
        drop(self.connection.close().await);
        Ok(())
    }

    /// Begins a transaction that is fenced: what is written to the history is written by whoever has the lease.
    pub(super) async fn begin_fenced(&mut self) -> Result<Transaction<'_, Postgres>, ApplyError> {
        let mut transaction = self.connection.begin().await?;
        if lease::fence(&mut transaction, self.lease.token()).await? {
            return Ok(transaction);
        }
        transaction.rollback().await?;
        Err(ApplyError::Fenced)
    }

    /// Moves an attempt to another state; one that is over gives its objects free.
    pub(super) async fn set_state(&mut self, attempt: Attempt<'_>, state: MigrationState) -> Result<(), ApplyError> {
        let mut transaction = self.begin_fenced().await?;
        history::set_state(&mut transaction, attempt.version(), attempt.number, state).await?;
        if matches!(state, MigrationState::Done | MigrationState::RolledBack) {
            history::release_objects(&mut transaction, attempt.version()).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(super) fn notice(&self, text: &str) {
        self.listener.tell(&Event::Notice(text));
    }

    /// What the history says, checked against the folder: nothing applied is missing or edited.
    pub(super) async fn records(&mut self, migrations: &[Migration]) -> Result<Vec<MigrationRecord>, ApplyError> {
        let records = history::migrations(&mut self.connection).await?;
        super::check::files_match(&mut self.connection, migrations, &records).await?;
        Ok(records)
    }
}

/// Refuses history tables of a format that we don't know, and of an earlier one, which only a command that writes
/// brings to today's. Gives whether there are any.
pub(super) async fn check_format(connection: &mut PgConnection) -> Result<bool, ApplyError> {
    match history::format(connection).await? {
        Format::Missing => Ok(false),
        Format::Today => Ok(true),
        Format::Earlier => Err(ApplyError::EarlierHistory),
        Format::Unknown(comment) => Err(ApplyError::HistoryFormat(comment.unwrap_or_else(|| "no comment".to_owned()))),
    }
}
