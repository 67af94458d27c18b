//! Poolers in transaction mode: what looks like a connection is another session in every transaction.

use sqlx::{Connection, PgConnection, Row};

use super::session::query;

/// How often both are asked again.
const ROUNDS: u32 = 4;

/// Whether two connections that are open at the same time are anything but two sessions. Each is asked for its backend
/// in transactions of its own: poolers that hand out the session last given back show the same one to both, those that
/// go round show another one the second time.
pub async fn shares_sessions(one: &mut PgConnection, other: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let first = backend(one).await?;
    let second = backend(other).await?;
    if first == second {
        return Ok(true);
    }
    // Of two sessions a busy pooler gives each its own again now and then.
    for _ in 0..ROUNDS {
        if backend(other).await? != second || backend(one).await? != first {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn backend(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let row = query("SELECT pg_catalog.pg_backend_pid() AS pid").fetch_one(&mut *transaction).await?;
    transaction.rollback().await?;
    row.try_get("pid")
}
