//! The lease: one runner at a time, by a row with a token and a heartbeat on the server's clock.

use sqlx::{Connection, PgConnection, Row};

use super::session::{execute, is_lock_failure, query};

/// The lease as somebody holds it.
#[derive(Clone, Debug)]
pub struct LeaseRow {
    /// The holder's token.
    pub token: String,
    /// What it is doing.
    pub command: String,
    /// The database role.
    pub holder: String,
    /// The machine.
    pub host: String,
    /// The process on that machine.
    pub pid: i32,
    /// Since when, as the server writes it.
    pub since: String,
    /// Whether the holder could see its own connection by name; behind some poolers it can't.
    pub visible: bool,
    /// Whether its heartbeat's connection is there; before the first beat, any of its connections.
    pub connected: bool,
    /// The last heartbeat, as the server writes it.
    pub heartbeat: String,
    /// Seconds since then, by the server's clock.
    pub heartbeat_age: f64,
}

/// What a runner writes into the lease.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// Its token.
    pub token: &'a str,
    /// What it is about to do.
    pub command: &'a str,
    /// Its machine.
    pub host: &'a str,
    /// Whether its connections' names stand for it: a pooler gives them to sessions that others get next.
    pub named: bool,
}

// Behind a pooler, what is parsed outside a transaction may be run in another session: so everything here is in one.

/// Takes the lease if nobody has it. Who is about to give it back, and stands still in that, has it.
pub async fn take(connection: &mut PgConnection, claim: &Claim<'_>) -> Result<bool, sqlx::Error> {
    match try_to_take(connection, claim).await {
        Err(error) if is_lock_failure(&error) => Ok(false),
        other => other,
    }
}

async fn try_to_take(connection: &mut PgConnection, claim: &Claim<'_>) -> Result<bool, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    execute(&mut transaction, "SET LOCAL lock_timeout = '1s'").await?;
    let done = query(
        "INSERT INTO public._schema_lease (token, slot, command, holder, host, pid, visible, since, heartbeat)
         VALUES ($1, 1, $2, session_user, $3, $4,
                 $5 AND EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                                WHERE a.pid = pg_catalog.pg_backend_pid() AND a.application_name LIKE '% ' || left($1, 16)),
                 statement_timestamp(), statement_timestamp())
         ON CONFLICT (slot) DO NOTHING",
    )
    .bind(claim.token)
    .bind(claim.command)
    .bind(claim.host)
    .bind(i32::try_from(std::process::id()).unwrap_or(0))
    .bind(claim.named)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(done.rows_affected() == 1)
}

/// Who has the lease.
pub async fn holder(connection: &mut PgConnection) -> Result<Option<LeaseRow>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let row = query(
        "SELECT l.token, l.command, l.holder, l.host, l.pid, date_trunc('second', l.since)::text AS since, l.visible,
                l.heartbeat::text AS heartbeat, extract(epoch FROM clock_timestamp() - l.heartbeat)::float8 AS heartbeat_age,
                EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                        WHERE a.application_name LIKE 'schema-diff ' || CASE WHEN l.heartbeat > l.since THEN 'heartbeat ' ELSE '% ' END
                              || left(l.token, 16)) AS connected
         FROM public._schema_lease l",
    )
    .fetch_optional(&mut *transaction)
    .await?;
    transaction.commit().await?;
    row.map(|row| {
        Ok(LeaseRow {
            token: row.try_get("token")?,
            command: row.try_get("command")?,
            holder: row.try_get("holder")?,
            host: row.try_get("host")?,
            pid: row.try_get("pid")?,
            since: row.try_get("since")?,
            visible: row.try_get("visible")?,
            connected: row.try_get("connected")?,
            heartbeat: row.try_get("heartbeat")?,
            heartbeat_age: row.try_get("heartbeat_age")?,
        })
    })
    .transpose()
}

/// Takes a dead runner's lease over. It waits for a step that the old runner has still in a transaction, since each
/// of them begins by locking this row's key.
pub async fn take_over(connection: &mut PgConnection, old_token: &str, claim: &Claim<'_>) -> Result<bool, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let done = query(
        "UPDATE public._schema_lease SET token = $2, command = $3, holder = session_user, host = $4, pid = $5,
                visible = $6 AND EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                                         WHERE a.pid = pg_catalog.pg_backend_pid() AND a.application_name LIKE '% ' || left($2, 16)),
                since = statement_timestamp(), heartbeat = statement_timestamp() WHERE token = $1",
    )
    .bind(old_token)
    .bind(claim.token)
    .bind(claim.command)
    .bind(claim.host)
    .bind(i32::try_from(std::process::id()).unwrap_or(0))
    .bind(claim.named)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the old runner's backends, but for one that builds or drops an index concurrently: whether that one finishes
/// is for the step's postcondition to say. Gives how many are left.
pub async fn end_backends(connection: &mut PgConnection, old_token: &str) -> Result<i64, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let row = query(
        "SELECT count(pg_catalog.pg_terminate_backend(pid)) AS ended FROM pg_catalog.pg_stat_activity
         WHERE application_name LIKE 'schema-diff %' || left($1, 16) AND pid <> pg_catalog.pg_backend_pid()
           AND NOT (state = 'active' AND query ~* '\\mconcurrently\\M')",
    )
    .bind(old_token)
    .fetch_one(&mut *transaction)
    .await?;
    transaction.commit().await?;
    row.try_get("ended")
}

/// Says that the runner lives; `false` where the lease is somebody else's by now. `named` is as in a [`Claim`].
pub async fn beat(connection: &mut PgConnection, token: &str, named: bool) -> Result<bool, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let done = query(
        "UPDATE public._schema_lease SET heartbeat = clock_timestamp(),
                visible = $2 AND EXISTS (SELECT FROM pg_catalog.pg_stat_activity a
                                         WHERE a.application_name = 'schema-diff heartbeat ' || left($1, 16))
         WHERE token = $1",
    )
    .bind(token)
    .bind(named)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(done.rows_affected() == 1)
}

/// Locks the lease's key inside a step's transaction; `false` where somebody else took it over. The heartbeat, which
/// leaves the key alone, doesn't wait for this.
pub async fn fence(connection: &mut PgConnection, token: &str) -> Result<bool, sqlx::Error> {
    let row = query("SELECT FROM public._schema_lease WHERE token = $1 FOR KEY SHARE")
        .bind(token)
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

/// Gives the lease back.
pub async fn release(connection: &mut PgConnection, token: &str) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    query("DELETE FROM public._schema_lease WHERE token = $1").bind(token).execute(&mut *transaction).await?;
    transaction.commit().await
}
