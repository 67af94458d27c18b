//! How much the server has to do.

use sqlx::{Connection, PgConnection, Row};

use super::session::{execute, local_timeouts, query, query_all};

/// What the server's views say. A role without `pg_monitor` sees nothing of replicas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pressure {
    /// How far behind the slowest replica is, in seconds.
    pub replica_lag: Option<f64>,
    /// The bytes of WAL that the slowest logical slot has not confirmed.
    pub slot_lag: Option<f64>,
    /// Sessions that are active, ours left out.
    pub active: i64,
    /// Sessions that wait for a lock.
    pub lock_waits: i64,
    /// The bytes of WAL written since the server was made.
    pub wal: f64,
}

/// Asks the server.
pub async fn look(connection: &mut PgConnection) -> Result<Pressure, sqlx::Error> {
    let rows = query_all(
        connection,
        "SELECT (SELECT max(extract(epoch FROM replay_lag)) FROM pg_catalog.pg_stat_replication)::float8 AS replica_lag,
                (SELECT max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), confirmed_flush_lsn))
                 FROM pg_catalog.pg_replication_slots WHERE slot_type = 'logical')::float8 AS slot_lag,
                count(*) FILTER (WHERE state = 'active') AS active,
                count(*) FILTER (WHERE wait_event_type = 'Lock') AS lock_waits,
                pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::float8 AS wal
         FROM pg_catalog.pg_stat_activity
         WHERE backend_type = 'client backend' AND application_name NOT LIKE 'schema-diff %'",
    )
    .await?;
    let row = &rows[0];
    Ok(Pressure {
        replica_lag: row.try_get("replica_lag")?,
        slot_lag: row.try_get("slot_lag")?,
        active: row.try_get("active")?,
        lock_waits: row.try_get("lock_waits")?,
        wal: row.try_get("wal")?,
    })
}

/// What a role may see of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visibility {
    /// What other sessions do.
    pub others: bool,
    /// Whether there are replicas at all.
    pub replicas: bool,
}

/// Asks what our role may see.
pub async fn visibility(connection: &mut PgConnection) -> Result<Visibility, sqlx::Error> {
    let rows = query_all(
        connection,
        "SELECT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS others,
                EXISTS (SELECT FROM pg_catalog.pg_stat_replication) AS replicas",
    )
    .await?;
    Ok(Visibility { others: rows[0].try_get("others")?, replicas: rows[0].try_get("replicas")? })
}

/// Whether a query of the user's gives true; it may change nothing and take five seconds.
pub async fn says_so(connection: &mut PgConnection, sql: &str) -> Result<bool, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let outcome = async {
        execute(&mut transaction, &format!("SET TRANSACTION READ ONLY; {}", local_timeouts("1s", "5s"))).await?;
        let row = query(sql).fetch_optional(&mut *transaction).await?;
        row.map_or(Ok(false), |row| Ok(row.try_get::<Option<bool>, _>(0)?.unwrap_or(false)))
    }
    .await;
    transaction.rollback().await?;
    outcome
}
