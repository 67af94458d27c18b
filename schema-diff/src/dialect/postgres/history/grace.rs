//! Until when what was set aside can be brought back, by the server's clock.

use std::time::Duration;

use sqlx::PgConnection;

use crate::dialect::postgres::session::query;

/// The end of a migration's grace time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grace {
    /// When it is, as the server writes it.
    pub until: String,
    /// Whether it has come.
    pub is_over: bool,
}

/// Records, in the transaction of the switch, that the old form is gone, or set aside for so long.
pub async fn set_switched(
    connection: &mut PgConnection,
    version: i64,
    attempt: i32,
    grace: Option<Duration>,
) -> Result<(), sqlx::Error> {
    query(
        "UPDATE public._schema_migrations SET switched_at = clock_timestamp(),
                grace_until = clock_timestamp() + $3 * interval '1 second'
         WHERE version = $1 AND attempt = $2",
    )
    .bind(version)
    .bind(attempt)
    .bind(grace.map(|grace| grace.as_secs_f64()))
    .execute(connection)
    .await?;
    Ok(())
}

/// Moves the end to so long after the switch.
pub async fn set_grace(
    connection: &mut PgConnection,
    version: i64,
    attempt: i32,
    grace: Duration,
) -> Result<(), sqlx::Error> {
    query(
        "UPDATE public._schema_migrations SET grace_until = switched_at + $3 * interval '1 second'
         WHERE version = $1 AND attempt = $2",
    )
    .bind(version)
    .bind(attempt)
    .bind(grace.as_secs_f64())
    .execute(connection)
    .await?;
    Ok(())
}

/// The contract was taken back: both forms are there as before it, and what was confirmed then counts no more. Its steps,
/// and those that took them back, count as never begun.
pub async fn reopen_contract(connection: &mut PgConnection, version: i64, attempt: i32) -> Result<(), sqlx::Error> {
    query(
        "UPDATE public._schema_steps SET state = 'waiting', attempts = 0, waiting = NULL, error = NULL, finished_at = NULL
         WHERE version = $1 AND attempt = $2 AND phase IN ('contract', 'undo')",
    )
    .bind(version)
    .bind(attempt)
    .execute(&mut *connection)
    .await?;
    query(
        "UPDATE public._schema_migrations SET state = 'open', switched_at = NULL, grace_until = NULL, release = NULL,
                confirmed_at = NULL, confirmed_by = NULL, legacy_writes_at_confirm = NULL,
                quiet_until = NULL, statements_at_confirm = NULL
         WHERE version = $1 AND attempt = $2",
    )
    .bind(version)
    .bind(attempt)
    .execute(connection)
    .await?;
    Ok(())
}
