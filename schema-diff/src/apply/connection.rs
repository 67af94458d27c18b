//! Where a run connects to.

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use super::error::ApplyError;
use crate::dialect::postgres::session::execute;

/// The database, and the way around a pooler where there is one.
#[derive(Clone, Debug)]
pub struct Target {
    options: PgConnectOptions,
    direct: Option<PgConnectOptions>,
}

impl Target {
    /// Reads the addresses. `direct_url` leads past a pooler, for what can't run in a transaction.
    pub fn new(url: &str, direct_url: Option<&str>) -> Result<Self, ApplyError> {
        let read = |url: &str| PgConnectOptions::from_str(url).map_err(ApplyError::Url);
        Ok(Self { options: read(url)?, direct: direct_url.map(read).transpose()? })
    }

    /// The database that a pool connects to, and the way past a pooler.
    pub fn from_pool(pool: &sqlx::PgPool, direct: Option<PgConnectOptions>) -> Self {
        Self { options: (*pool.connect_options()).clone(), direct }
    }

    /// Connects under a name that `pg_stat_activity` shows.
    pub async fn connect(&self, application_name: &str) -> Result<PgConnection, ApplyError> {
        Self::connect_with(&self.options, application_name).await
    }

    /// Connects past the pooler.
    pub async fn connect_direct(&self, application_name: &str) -> Result<PgConnection, ApplyError> {
        Self::connect_with(self.direct.as_ref().unwrap_or(&self.options), application_name).await
    }

    async fn connect_with(options: &PgConnectOptions, application_name: &str) -> Result<PgConnection, ApplyError> {
        let options = options.clone().application_name(application_name);
        PgConnection::connect_with(&options).await.map_err(ApplyError::Connect)
    }
}

/// Makes a direct connection's settings those of steps outside transactions, whatever the role's defaults are.
pub(crate) async fn set_session_timeouts(
    connection: &mut PgConnection,
    lock_timeout: &str,
    statement_timeout: &str,
) -> Result<(), sqlx::Error> {
    execute(connection, &crate::dialect::postgres::session::session_timeouts(lock_timeout, statement_timeout)).await
}
