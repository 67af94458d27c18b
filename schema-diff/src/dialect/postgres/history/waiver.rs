//! Evidence that a contract went without, and why.

use sqlx::{PgConnection, Row};

use crate::dialect::postgres::session::{query, query_all};

/// A waiver as it stands in the history.
#[derive(Clone, Debug)]
pub struct WaiverRecord {
    /// The migration.
    pub version: i64,
    /// Its attempt.
    pub attempt: i32,
    /// The evidence's name.
    pub evidence: String,
    /// What was found at that moment.
    pub finding: String,
    /// Why the contract went on all the same.
    pub reason: String,
    /// Who said so.
    pub waived_by: String,
    /// When, as the server writes it.
    pub waived_at: String,
}

/// What is written of a waiver; the server adds who and when.
#[derive(Clone, Copy, Debug)]
pub struct NewWaiver<'a> {
    /// The migration.
    pub version: i64,
    /// Its attempt.
    pub attempt: i32,
    /// The evidence's name.
    pub evidence: &'a str,
    /// What was found.
    pub finding: &'a str,
    /// Why the contract goes on all the same.
    pub reason: &'a str,
    /// The machine.
    pub host: &'a str,
}

/// Records a waiver.
pub async fn record_waiver(connection: &mut PgConnection, new: &NewWaiver<'_>) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO public._schema_waivers (version, attempt, evidence, finding, reason, waived_from)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(new.version)
    .bind(new.attempt)
    .bind(new.evidence)
    .bind(new.finding)
    .bind(new.reason)
    .bind(new.host)
    .execute(connection)
    .await?;
    Ok(())
}

/// Everything that was waived, the oldest first.
pub async fn waivers(connection: &mut PgConnection) -> Result<Vec<WaiverRecord>, sqlx::Error> {
    let rows = query_all(
        connection,
        "SELECT version, attempt, evidence, finding, reason, waived_by || ' on ' || waived_from AS waived_by,
                date_trunc('second', waived_at)::text AS waived_at
         FROM public._schema_waivers ORDER BY number",
    )
    .await?;
    rows.iter()
        .map(|row| {
            Ok(WaiverRecord {
                version: row.try_get("version")?,
                attempt: row.try_get("attempt")?,
                evidence: row.try_get("evidence")?,
                finding: row.try_get("finding")?,
                reason: row.try_get("reason")?,
                waived_by: row.try_get("waived_by")?,
                waived_at: row.try_get("waived_at")?,
            })
        })
        .collect()
}
