//! A connection that broke: because somebody took over and ended it, or for any other reason.

use super::error::ApplyError;
use super::runner::Runner;
use crate::dialect::postgres::inspect::InspectError;
use crate::dialect::postgres::lease;
use crate::dialect::postgres::session::{is_connection_loss, plain};

impl Runner {
    /// Whoever takes over ends our sessions first, and that looks like any other broken connection: whose lease it is
    /// tells which it was.
    pub(super) async fn explain<T>(&self, outcome: Result<T, ApplyError>) -> Result<T, ApplyError> {
        match outcome.map_err(plainly) {
            Err(ApplyError::Broken(words)) => {
                let lost = self.lease.is_lost() || self.is_taken_over().await;
                Err(if lost { ApplyError::Fenced } else { ApplyError::Broken(words) })
            }
            other => other,
        }
    }

    /// Where the database can't be reached now, nobody knows.
    async fn is_taken_over(&self) -> bool {
        let Ok(mut connection) = self.target.connect("schema-diff look").await else { return false };
        match lease::holder(&mut connection).await {
            Ok(holder) => holder.is_none_or(|holder| holder.token != self.lease.token()),
            Err(_) => false,
        }
    }
}

/// Whatever was being done when the connection broke, that is what is told.
pub(super) fn plainly(error: ApplyError) -> ApplyError {
    match error {
        ApplyError::Connection(error) | ApplyError::Inspect(InspectError::Sql(error)) if is_connection_loss(&error) => {
            ApplyError::Broken(plain(&error))
        }
        other => other,
    }
}
