//! Sessions of nobody who announced himself.

use sqlx::{PgConnection, Row};

use crate::dialect::postgres::history::instance::{SESSION_MARK, SESSION_TOKEN};
use crate::dialect::postgres::session::{query, rows};

/// A session that belongs to no instance which is alive, and isn't one of ours.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its process.
    pub pid: i32,
    /// The role.
    pub role: String,
    /// Whether instances of the application have used that role.
    pub is_applications: bool,
    /// The name that it gave itself.
    pub application: String,
    /// The release of the instance whose name it bears still, where that has ended or is silent.
    pub left_by: Option<String>,
    /// Where it comes from, as far as this role may see that.
    pub address: Option<String>,
    /// Since when, as far as this role may see that.
    pub since: Option<String>,
}

/// These sessions, in this database, the oldest first.
pub async fn unknown_clients(connection: &mut PgConnection) -> Result<Vec<Client>, sqlx::Error> {
    // Who may not see everything sees no backend_type.
    let unknown = query(
        "SELECT a.pid, a.usename::text AS role, coalesce(a.application_name, '') AS application,
                a.client_addr::text AS address, date_trunc('second', a.backend_start)::text AS since,
                EXISTS (SELECT FROM public._schema_instances i WHERE i.role = a.usename) AS is_applications,
                (SELECT i.release FROM public._schema_instances i
                 WHERE a.application_name LIKE '%' || $1 || left(i.token, $2) LIMIT 1) AS left_by
         FROM pg_catalog.pg_stat_activity a
         WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
           AND a.usename IS NOT NULL AND coalesce(a.backend_type, 'client backend') = 'client backend'
           AND coalesce(a.application_name, '') NOT LIKE 'schema-diff %'
           AND NOT EXISTS (SELECT FROM public._schema_instances i
                           WHERE i.ended_at IS NULL AND i.last_seen > clock_timestamp() - interval '60 seconds'
                             AND a.application_name LIKE '%' || $1 || left(i.token, $2))
         ORDER BY a.backend_start, a.pid",
    )
    .bind(SESSION_MARK)
    .bind(i32::try_from(SESSION_TOKEN).unwrap_or(i32::MAX));
    let found = rows(connection, unknown).await?;
    found
        .iter()
        .map(|row| {
            Ok(Client {
                pid: row.try_get("pid")?,
                role: row.try_get("role")?,
                is_applications: row.try_get("is_applications")?,
                application: row.try_get("application")?,
                left_by: row.try_get("left_by")?,
                address: row.try_get("address")?,
                since: row.try_get("since")?,
            })
        })
        .collect()
}
