//! Instances of the application, as each of them says: which release it is, and that it lives.

use sqlx::{PgConnection, Row};

use crate::dialect::postgres::session::{execute, one_row, query, rows};

/// Before the token in the names of an instance's sessions.
pub const SESSION_MARK: &str = "schema:";
/// So much of the token stands there.
pub const SESSION_TOKEN: usize = 12;

/// What an instance says of itself; the server adds the role and the times.
#[derive(Clone, Debug)]
pub struct NewInstance<'a> {
    /// Its own token.
    pub token: &'a str,
    /// The release.
    pub release: &'a str,
    /// The versions that are compiled in, where it knows them.
    pub migrations: Option<&'a [i64]>,
    /// Their fingerprint.
    pub fingerprint: Option<&'a str>,
    /// The machine.
    pub host: &'a str,
}

/// An instance that lives.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The release.
    pub release: String,
    /// The versions that are compiled in, where it said so.
    pub migrations: Option<Vec<i64>>,
    /// Their fingerprint.
    pub fingerprint: Option<String>,
    /// The database role.
    pub role: String,
    /// The machine.
    pub host: String,
    /// The process there.
    pub pid: i32,
    /// Since when, as the server writes it.
    pub since: String,
    /// Seconds since it was heard of last, by the server's clock.
    pub silent_for: f64,
}

/// Says that the instance lives. A row that is gone, as after a restore, is written anew.
pub async fn beat(connection: &mut PgConnection, new: &NewInstance<'_>) -> Result<(), sqlx::Error> {
    let update = query(
        "UPDATE public._schema_instances SET last_seen = clock_timestamp(), ended_at = NULL WHERE token = $1 RETURNING true",
    )
    .bind(new.token);
    if !rows(connection, update).await?.is_empty() {
        return Ok(());
    }
    let insert = query(
        "INSERT INTO public._schema_instances (token, release, migrations, fingerprint, host, pid)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(new.token)
    .bind(new.release)
    .bind(new.migrations)
    .bind(new.fingerprint)
    .bind(new.host)
    .bind(i32::try_from(std::process::id()).unwrap_or(0));
    rows(connection, insert).await.map(|_| ())
}

/// Says that the instance ends.
pub async fn end(connection: &mut PgConnection, token: &str) -> Result<(), sqlx::Error> {
    let end = query("UPDATE public._schema_instances SET ended_at = clock_timestamp() WHERE token = $1").bind(token);
    rows(connection, end).await.map(|_| ())
}

/// Names a session of the instance's pool.
pub async fn name_session(connection: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    let name = query("SELECT pg_catalog.set_config('application_name', $1, false)").bind(name);
    rows(connection, name).await.map(|_| ())
}

/// Whether any instance has ever said anything.
pub async fn any_ever(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let any = query("SELECT EXISTS (SELECT FROM public._schema_instances) AS any_ever");
    one_row(connection, any).await?.try_get("any_ever")
}

/// The instances that live: they were heard of within the last minute and have not said that they end. The oldest first.
pub async fn alive(connection: &mut PgConnection) -> Result<Vec<Instance>, sqlx::Error> {
    let alive = query(
        "SELECT release, migrations, fingerprint, role, host, pid, date_trunc('second', first_seen)::text AS since,
                extract(epoch FROM clock_timestamp() - last_seen)::float8 AS silent_for
         FROM public._schema_instances
         WHERE ended_at IS NULL AND last_seen > clock_timestamp() - interval '60 seconds' ORDER BY first_seen, token",
    );
    let found = rows(connection, alive).await?;
    found
        .iter()
        .map(|row| {
            Ok(Instance {
                release: row.try_get("release")?,
                migrations: row.try_get("migrations")?,
                fingerprint: row.try_get("fingerprint")?,
                role: row.try_get("role")?,
                host: row.try_get("host")?,
                pid: row.try_get("pid")?,
                since: row.try_get("since")?,
                silent_for: row.try_get("silent_for")?,
            })
        })
        .collect()
}

/// Forgets instances that were not heard of for a week, but never the last one: that there ever was one counts.
pub async fn forget_the_dead(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    execute(
        connection,
        "DELETE FROM public._schema_instances WHERE last_seen < clock_timestamp() - interval '7 days'
         AND token <> (SELECT token FROM public._schema_instances ORDER BY last_seen DESC, token LIMIT 1)",
    )
    .await
}
