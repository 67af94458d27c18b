//! How far a backfill has come, and the rows that it could not fill.

use schema_model::QualifiedName;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres, Row};

use super::StepKey;
use crate::dialect::postgres::quote;
use crate::dialect::postgres::session::{one_row, query, rows};

/// A statement whose first four parameters name a step.
pub(super) fn of_step(sql: &str, key: StepKey<'_>) -> Query<'static, Postgres, PgArguments> {
    query(sql).bind(key.version).bind(key.attempt).bind(key.phase.to_owned()).bind(key.step)
}

/// Records the rows of a batch, in its transaction, and the position where the batch has come to one.
pub async fn record_batch(
    connection: &mut PgConnection,
    key: StepKey<'_>,
    position: Option<&[String]>,
    rows: i64,
) -> Result<(), sqlx::Error> {
    of_step(
        "UPDATE public._schema_steps SET position = coalesce($5, position), rows_done = rows_done + $6,
                updated_at = clock_timestamp()
         WHERE version = $1 AND attempt = $2 AND phase = $3 AND step = $4",
        key,
    )
    .bind(position)
    .bind(rows)
    .execute(connection)
    .await?;
    Ok(())
}

/// Records what there is to do, how fast it goes and what it waits for.
pub async fn record_progress(
    connection: &mut PgConnection,
    key: StepKey<'_>,
    total: i64,
    rate: Option<f64>,
    waiting: Option<&str>,
) -> Result<(), sqlx::Error> {
    of_step(
        "UPDATE public._schema_steps SET rows_total = $5, rate = $6, waiting = $7, updated_at = clock_timestamp()
         WHERE version = $1 AND attempt = $2 AND phase = $3 AND step = $4",
        key,
    )
    .bind(total)
    .bind(rate)
    .bind(waiting)
    .execute(connection)
    .await?;
    Ok(())
}

/// What a backfill was estimated to take when it began.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// The rows that were counted with.
    pub rows: i64,
    /// Seconds, by the statistics alone.
    pub model: f64,
    /// Seconds, put right by what earlier backfills took.
    pub seconds: f64,
}

/// Records what the backfill was estimated to take.
pub async fn record_estimate(
    connection: &mut PgConnection,
    key: StepKey<'_>,
    expected: Expected,
) -> Result<(), sqlx::Error> {
    of_step(
        "UPDATE public._schema_steps SET model_seconds = $5, expected_seconds = $6, model_rows = $7
         WHERE version = $1 AND attempt = $2 AND phase = $3 AND step = $4",
        key,
    )
    .bind(expected.model)
    .bind(expected.seconds)
    .bind(expected.rows)
    .execute(connection)
    .await?;
    Ok(())
}

/// Records how long the backfill has rested or waited for others, in seconds.
pub async fn record_rest(connection: &mut PgConnection, key: StepKey<'_>, seconds: f64) -> Result<(), sqlx::Error> {
    of_step(
        "UPDATE public._schema_steps SET rested_seconds = $5
         WHERE version = $1 AND attempt = $2 AND phase = $3 AND step = $4",
        key,
    )
    .bind(seconds)
    .execute(connection)
    .await?;
    Ok(())
}

/// Records what it will take in all, in seconds, by what the first batches took.
pub async fn record_correction(
    connection: &mut PgConnection,
    key: StepKey<'_>,
    corrected: f64,
) -> Result<(), sqlx::Error> {
    of_step(
        "UPDATE public._schema_steps SET corrected_seconds = $5
         WHERE version = $1 AND attempt = $2 AND phase = $3 AND step = $4",
        key,
    )
    .bind(corrected)
    .execute(connection)
    .await?;
    Ok(())
}

/// Records what a step waits for, for whoever asks for the status, if the lease is still ours. A step that waits before
/// it was ever begun has a record that says so; one that is done by now is left alone.
pub async fn record_waiting(
    connection: &mut PgConnection,
    token: &str,
    key: StepKey<'_>,
    waiting: &str,
) -> Result<(), sqlx::Error> {
    let record = query(
        "INSERT INTO public._schema_steps AS s (version, attempt, phase, step, title, state, attempts, waiting, updated_at)
         SELECT $1, $2, $3, $4, $5, 'waiting', 0, $6, clock_timestamp()
         FROM public._schema_lease AS l WHERE l.token = $7 FOR KEY SHARE OF l
         ON CONFLICT (version, attempt, phase, step) DO UPDATE
         SET waiting = excluded.waiting, updated_at = excluded.updated_at WHERE s.state <> 'done'",
    )
    .bind(key.version)
    .bind(key.attempt)
    .bind(key.phase)
    .bind(key.step)
    .bind(key.title)
    .bind(waiting)
    .bind(token);
    rows(connection, record).await.map(|_| ())
}

/// Records a row that could not be filled.
pub async fn record_failure(
    connection: &mut PgConnection,
    key: StepKey<'_>,
    row: &str,
    error: &str,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO public._schema_failures (version, attempt, phase, step, key, error) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (version, attempt, phase, step, key) DO UPDATE SET error = excluded.error, seen_at = clock_timestamp()",
    )
    .bind(key.version)
    .bind(key.attempt)
    .bind(key.phase)
    .bind(key.step)
    .bind(row)
    .bind(error)
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets the rows that an earlier run could not fill: it is tried again.
pub async fn forget_failures(connection: &mut PgConnection, key: StepKey<'_>) -> Result<(), sqlx::Error> {
    of_step(
        "DELETE FROM public._schema_failures WHERE version = $1 AND attempt = $2 AND phase = $3 AND step = $4",
        key,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many blocks a table has.
pub async fn blocks(connection: &mut PgConnection, table: &QualifiedName) -> Result<i64, sqlx::Error> {
    let query = query(
        "SELECT pg_catalog.pg_relation_size(to_regclass($1)::oid) / current_setting('block_size')::bigint AS blocks",
    )
    .bind(quote::qualified(table));
    one_row(connection, query).await?.try_get("blocks")
}

/// The number of the file that a table lies in.
pub async fn file(connection: &mut PgConnection, table: &QualifiedName) -> Result<Option<i64>, sqlx::Error> {
    let query = query("SELECT pg_catalog.pg_relation_filenode(to_regclass($1)::oid)::int8 AS file")
        .bind(quote::qualified(table));
    one_row(connection, query).await?.try_get("file")
}
