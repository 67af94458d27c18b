//! What was rolled out.

use sqlx::{PgConnection, Row};

use super::MigrationState;
use crate::dialect::postgres::session::{query, query_all, row, rows};

/// A roll-out as it stands in the history.
#[derive(Clone, Debug)]
pub struct Release {
    /// The release.
    pub name: String,
    /// The commit that it was built from, where somebody said so.
    pub commit: Option<String>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When, as the server writes it.
    pub recorded_at: String,
}

/// Records a roll-out.
pub async fn record_release(
    connection: &mut PgConnection,
    name: &str,
    commit: Option<&str>,
    host: &str,
) -> Result<(), sqlx::Error> {
    let insert = query("INSERT INTO public._schema_releases (release, commit, recorded_from) VALUES ($1, $2, $3)")
        .bind(name)
        .bind(commit)
        .bind(host);
    rows(connection, insert).await.map(|_| ())
}

/// What was rolled out, the newest first.
pub async fn releases(connection: &mut PgConnection) -> Result<Vec<Release>, sqlx::Error> {
    let rows = query_all(
        connection,
        "SELECT release, commit, recorded_by || ' on ' || recorded_from AS recorded_by,
                date_trunc('second', recorded_at)::text AS recorded_at
         FROM public._schema_releases ORDER BY number DESC",
    )
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Release {
                name: row.try_get("release")?,
                commit: row.try_get("commit")?,
                recorded_by: row.try_get("recorded_by")?,
                recorded_at: row.try_get("recorded_at")?,
            })
        })
        .collect()
}

/// The release that was confirmed last, and the commit that was last recorded with it. What was rolled back counts no
/// more.
pub async fn last_confirmed(connection: &mut PgConnection) -> Result<Option<(String, Option<String>)>, sqlx::Error> {
    let last = query(
        "SELECT m.release,
                (SELECT r.commit FROM public._schema_releases r
                 WHERE r.release = m.release AND r.commit IS NOT NULL ORDER BY r.number DESC LIMIT 1) AS commit
         FROM public._schema_migrations m
         WHERE m.confirmed_at IS NOT NULL AND m.state NOT IN ($1, $2)
         ORDER BY m.confirmed_at DESC, m.version DESC LIMIT 1",
    )
    .bind(MigrationState::RollingBack.as_str())
    .bind(MigrationState::RolledBack.as_str());
    let Some(row) = row(connection, last).await? else { return Ok(None) };
    Ok(Some((row.try_get("release")?, row.try_get("commit")?)))
}
