//! Where a run connects to.

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use super::error::ApplyError;
use crate::dialect::postgres::session::execute;

/// The database, by the way past a pooler where one is given.
#[derive(Clone, Debug)]
pub struct Target {
    options: PgConnectOptions,
    direct: bool,
}

impl Target {
    /// Reads the addresses. `direct_url` leads past a pooler. Where it is given it is taken for everything: between two
    /// messages of ours a pooler may hand the session to somebody else, and nothing is won by that.
    pub fn new(url: &str, direct_url: Option<&str>) -> Result<Self, ApplyError> {
        let options = PgConnectOptions::from_str(direct_url.unwrap_or(url)).map_err(ApplyError::Url)?;
        Ok(Self { options, direct: direct_url.is_some() })
    }

    /// The database that a pool connects to, and the way past a pooler, which is taken for everything.
    pub fn from_pool(pool: &sqlx::PgPool, direct: Option<PgConnectOptions>) -> Self {
        let is_direct = direct.is_some();
        Self { options: direct.unwrap_or_else(|| (*pool.connect_options()).clone()), direct: is_direct }
    }

    /// Whether the way past a pooler is given.
    pub(crate) fn is_said_to_be_direct(&self) -> bool {
        self.direct
    }

    /// Connects under a name that `pg_stat_activity` shows.
    pub async fn connect(&self, application_name: &str) -> Result<PgConnection, ApplyError> {
        let options = self.options.clone().application_name(application_name);
        PgConnection::connect_with(&options).await.map_err(ApplyError::Connect)
    }
}

/// Makes a session's settings those of steps outside transactions, whatever the role's defaults are.
pub(crate) async fn set_session_timeouts(
    connection: &mut PgConnection,
    lock_timeout: &str,
    statement_timeout: &str,
) -> Result<(), sqlx::Error> {
    execute(connection, &crate::dialect::postgres::session::session_timeouts(lock_timeout, statement_timeout)).await
}
