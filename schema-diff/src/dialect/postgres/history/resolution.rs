//! What somebody has settled by hand, and why; and the attempts that are over.

use sqlx::{PgConnection, Row};

use super::fill::of_step;
use super::{MigrationRecord, StepKey, records};
use crate::dialect::postgres::session::{one_row, query, query_all};

/// Something that was settled by hand.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// The migration.
    pub version: i64,
    /// Its attempt.
    pub attempt: i32,
    /// The step, as in `backfill/2`; `None` where it was the whole migration.
    pub step: Option<String>,
    /// What it was marked as.
    pub state: String,
    /// Why.
    pub reason: String,
    /// Whether the database said otherwise.
    pub forced: bool,
    /// Who did it.
    pub resolved_by: String,
    /// When, as the server writes it.
    pub resolved_at: String,
}

/// What is written of a resolution; the server adds who and when.
#[derive(Clone, Copy, Debug)]
pub struct NewResolution<'a> {
    /// The migration.
    pub version: i64,
    /// Its attempt.
    pub attempt: i32,
    /// The step, as in `backfill/2`.
    pub step: Option<&'a str>,
    /// What it is marked as.
    pub state: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Whether the database says otherwise.
    pub forced: bool,
    /// The machine.
    pub host: &'a str,
}

/// Records a resolution.
pub async fn record_resolution(connection: &mut PgConnection, new: &NewResolution<'_>) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO public._schema_resolutions (version, attempt, step, state, reason, forced, resolved_from)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.version)
    .bind(new.attempt)
    .bind(new.step)
    .bind(new.state)
    .bind(new.reason)
    .bind(new.forced)
    .bind(new.host)
    .execute(connection)
    .await?;
    Ok(())
}

/// Everything that was settled by hand, the oldest first.
pub async fn resolutions(connection: &mut PgConnection) -> Result<Vec<Resolution>, sqlx::Error> {
    let rows = query_all(
        connection,
        "SELECT version, attempt, step, state, reason, forced, resolved_by || ' on ' || resolved_from AS resolved_by,
                date_trunc('second', resolved_at)::text AS resolved_at
         FROM public._schema_resolutions ORDER BY number",
    )
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Resolution {
                version: row.try_get("version")?,
                attempt: row.try_get("attempt")?,
                step: row.try_get("step")?,
                state: row.try_get("state")?,
                reason: row.try_get("reason")?,
                forced: row.try_get("forced")?,
                resolved_by: row.try_get("resolved_by")?,
                resolved_at: row.try_get("resolved_at")?,
            })
        })
        .collect()
}

/// The attempts that were followed by another one.
pub async fn earlier_attempts(connection: &mut PgConnection) -> Result<Vec<MigrationRecord>, sqlx::Error> {
    records(connection, "attempt < (SELECT max(attempt) FROM public._schema_migrations n WHERE n.version = m.version)")
        .await
}

/// Lets a step wait for its turn again, from its beginning. That it was begun once stays: there may be something to
/// undo.
pub async fn reset_step(connection: &mut PgConnection, key: StepKey<'_>) -> Result<(), sqlx::Error> {
    of_step(
        "UPDATE public._schema_steps SET state = 'waiting', position = NULL, rows_done = 0, rows_total = NULL,
                waiting = NULL, error = NULL, finished_at = NULL
         WHERE version = $1 AND attempt = $2 AND phase = $3 AND step = $4",
        key,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Expand or backfill is to be gone through again: what was confirmed after it counts no more.
pub async fn reopen(connection: &mut PgConnection, version: i64, attempt: i32) -> Result<(), sqlx::Error> {
    query(
        "UPDATE public._schema_migrations SET state = 'running', backfilled_at = NULL, release = NULL,
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

/// How many rows the backfills of an attempt could not fill.
pub async fn failures(connection: &mut PgConnection, version: i64, attempt: i32) -> Result<i64, sqlx::Error> {
    let query = query("SELECT count(*) AS failures FROM public._schema_failures WHERE version = $1 AND attempt = $2")
        .bind(version)
        .bind(attempt);
    one_row(connection, query).await?.try_get("failures")
}
