//! The confirmation of a release, and how things stood at that moment: evidence counts from there on.

use std::time::Duration;

use sqlx::{PgConnection, Row};

use crate::dialect::postgres::evidence::statements::Calls;
use crate::dialect::postgres::session::{query, row};

/// How things stand when a release is confirmed.
#[derive(Clone, Debug, Default)]
pub struct AtConfirm {
    /// How often the old release has written since expand, where that is counted.
    pub legacy_writes: Option<i64>,
    /// How often statements that name the old form have run, where that is known.
    pub statements: Option<Calls>,
    /// How long the contract waits from now on.
    pub quiet: Duration,
}

/// A confirmation as it stands in the history.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// How often the old release had written.
    pub legacy_writes: Option<i64>,
    /// How often statements that name the old form had run.
    pub statements: Option<Calls>,
    /// Seconds since then, by the server's clock.
    pub age: f64,
    /// Until when the contract waits, as the server writes it, where somebody asked for that.
    pub quiet_until: Option<String>,
    /// Whether that moment has come.
    pub is_quiet_over: bool,
}

/// Confirms a release for an open migration whose backfill is complete.
pub async fn confirm(
    connection: &mut PgConnection,
    (version, attempt): (i64, i32),
    release: &str,
    now: &AtConfirm,
) -> Result<(), sqlx::Error> {
    let statements = now.statements.as_ref().map(serde_json::to_string).transpose();
    query(
        "UPDATE public._schema_migrations
         SET release = $3, confirmed_at = clock_timestamp(), confirmed_by = session_user, legacy_writes_at_confirm = $4,
             statements_at_confirm = $5::jsonb,
             quiet_until = CASE WHEN $6 > 0 THEN clock_timestamp() + $6 * interval '1 second' END
         WHERE version = $1 AND attempt = $2 AND (state = 'open' OR state = 'contracting' AND switched_at IS NULL)
               AND backfilled_at IS NOT NULL",
    )
    .bind(version)
    .bind(attempt)
    .bind(release)
    .bind(now.legacy_writes)
    .bind(statements.map_err(|error| sqlx::Error::Encode(error.into()))?)
    .bind(now.quiet.as_secs_f64())
    .execute(connection)
    .await?;
    Ok(())
}

/// The confirmation of an attempt; `None` where there is none.
pub async fn confirmation(
    connection: &mut PgConnection,
    version: i64,
    attempt: i32,
) -> Result<Option<Confirmation>, sqlx::Error> {
    let query = query(
        "SELECT legacy_writes_at_confirm AS legacy_writes, statements_at_confirm::text AS statements,
                extract(epoch FROM clock_timestamp() - confirmed_at)::float8 AS age,
                date_trunc('second', quiet_until)::text AS quiet_until,
                coalesce(quiet_until <= clock_timestamp(), true) AS is_quiet_over
         FROM public._schema_migrations WHERE version = $1 AND attempt = $2 AND confirmed_at IS NOT NULL",
    )
    .bind(version)
    .bind(attempt);
    let Some(row) = row(connection, query).await? else { return Ok(None) };
    let statements: Option<String> = row.try_get("statements")?;
    let statements = statements.map(|text| serde_json::from_str(&text)).transpose();
    Ok(Some(Confirmation {
        legacy_writes: row.try_get("legacy_writes")?,
        statements: statements.map_err(|error| sqlx::Error::Decode(error.into()))?,
        age: row.try_get("age")?,
        quiet_until: row.try_get("quiet_until")?,
        is_quiet_over: row.try_get("is_quiet_over")?,
    }))
}
