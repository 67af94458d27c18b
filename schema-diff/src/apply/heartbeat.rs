//! The heartbeat of a runner: on a connection of its own, by which others see at once whether the runner is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::PgConnection;

use super::connection::{Target, set_session_timeouts};
use super::error::ApplyError;
use super::lease::short;
use super::runner::PLAIN_LOCK_TIMEOUT;
use crate::dialect::postgres::lease;

/// How often it beats.
const BEAT: Duration = Duration::from_secs(3);
/// How soon a connection that broke is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// The connection, and what is needed to make it anew.
pub(super) struct Heartbeat {
    pub(super) connection: PgConnection,
    target: Target,
    token: String,
    /// As in a [`lease::Claim`]: whether the connection's name stands for the runner.
    named: bool,
}

impl Heartbeat {
    /// Connects.
    pub(super) async fn connect(target: &Target, token: &str) -> Result<Self, ApplyError> {
        let connection = connect(target, token).await?;
        Ok(Self { connection, target: target.clone(), token: token.to_owned(), named: false })
    }

    /// It has a session of its own, which nobody else gets.
    pub(super) async fn has_own_session(&mut self) -> Result<(), sqlx::Error> {
        self.named = true;
        set_session_timeouts(&mut self.connection, PLAIN_LOCK_TIMEOUT, "0").await
    }

    /// Says that the runner lives; `false` where the lease is somebody else's by now.
    pub(super) async fn beat(&mut self) -> Result<bool, ApplyError> {
        Ok(lease::beat(&mut self.connection, &self.token, self.named).await?)
    }

    /// Goes on until the lease is lost, which it says then.
    pub(super) async fn go_on(mut self, lost: Arc<AtomicBool>) {
        loop {
            tokio::time::sleep(BEAT).await;
            let mut lives = self.beat().await;
            while lives.is_err() {
                // Without its connection the runner is taken for dead: either it is back before somebody looks, or the
                // lease is lost, and the next beat says so.
                lives = match self.connect_again().await {
                    Ok(()) => self.beat().await,
                    Err(error) => Err(error),
                };
                if lives.is_err() {
                    tokio::time::sleep(AGAIN).await;
                }
            }
            if matches!(lives, Ok(false)) {
                lost.store(true, Ordering::Relaxed);
                return;
            }
        }
    }

    async fn connect_again(&mut self) -> Result<(), ApplyError> {
        self.connection = connect(&self.target, &self.token).await?;
        if self.named {
            self.has_own_session().await?;
        }
        Ok(())
    }
}

async fn connect(target: &Target, token: &str) -> Result<PgConnection, ApplyError> {
    target.connect(&format!("schema-diff heartbeat {}", short(token))).await
}
