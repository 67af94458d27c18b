//! The history in the database: migrations with their attempts, steps, and the objects of open migrations.

mod confirmation;
mod contracted;
pub mod fill;
mod format;
mod grace;
pub mod instance;
pub mod release;
pub mod resolution;
pub mod waiver;

use std::collections::BTreeMap;

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

pub use self::confirmation::{AtConfirm, Confirmation, confirm, confirmation};
pub use self::contracted::contracted;
pub use self::format::{Format, create, exists, format};
pub use self::grace::{Grace, reopen_contract, set_grace, set_switched};
use super::session::{one_row, query, query_all, rows};

/// The state of one attempt of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationState {
    /// Its turn in the run has not come yet.
    Pending,
    /// Expand or backfill is under way.
    Running,
    /// Both forms are there and in step; the contract is to come.
    Open,
    /// The contract is under way.
    Contracting,
    /// The old form is set aside; it can be brought back, or dropped when the grace time is over.
    InGrace,
    /// All of it is done.
    Done,
    /// The way back is under way.
    RollingBack,
    /// It was taken back.
    RolledBack,
}

impl MigrationState {
    const ALL: [Self; 8] = [
        Self::Pending,
        Self::Running,
        Self::Open,
        Self::Contracting,
        Self::InGrace,
        Self::Done,
        Self::RollingBack,
        Self::RolledBack,
    ];

    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Open => "open",
            Self::Contracting => "contracting",
            Self::InGrace => "in grace",
            Self::Done => "done",
            Self::RollingBack => "rolling back",
            Self::RolledBack => "rolled back",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether both forms are, or may be, there.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Open | Self::Contracting | Self::InGrace | Self::RollingBack)
    }
}

/// The newest attempt of a migration.
#[derive(Clone, Debug)]
pub struct MigrationRecord {
    /// The version.
    pub version: i64,
    /// The attempt, from 1: a migration that was rolled back may be applied again.
    pub attempt: i32,
    /// The name.
    pub name: String,
    /// The checksum that was applied.
    pub checksum: String,
    /// Where it stands.
    pub state: MigrationState,
    /// Whether it gets all its phases in one run.
    pub all_phases: bool,
    /// Whether the backfill is complete.
    pub backfilled: bool,
    /// The release that was confirmed after that.
    pub release: Option<String>,
    /// When it was confirmed, as the server writes it.
    pub confirmed_at: Option<String>,
    /// Whether the old form is gone, or set aside.
    pub switched: bool,
    /// Until when it is set aside, where it is.
    pub grace: Option<Grace>,
    /// Who applied it.
    pub applied_by: String,
    /// When it was begun, as the server writes it.
    pub started_at: String,
    /// When it was finished, as the server writes it.
    pub finished_at: Option<String>,
}

impl MigrationRecord {
    /// Whether it has set something aside whose grace time is over.
    pub fn is_grace_over(&self) -> bool {
        self.grace.as_ref().is_some_and(|grace| grace.is_over)
    }
}

/// A step of an attempt.
#[derive(Clone, Debug)]
pub struct StepRecord {
    /// The phase.
    pub phase: String,
    /// Its number.
    pub step: i32,
    /// What it does.
    pub title: String,
    /// `waiting`, `running`, `done` or `failed`.
    pub state: String,
    /// How often it was begun; a step that has only waited for its turn, never.
    pub attempts: i32,
    /// The key up to which a backfill has come.
    pub position: Option<Vec<String>>,
    /// The rows that a backfill has filled.
    pub rows_done: i64,
    /// The rows that there are to fill, as far as is known.
    pub rows_total: Option<i64>,
    /// Rows per second, of late.
    pub rate: Option<f64>,
    /// What it waits for.
    pub waiting: Option<String>,
    /// Seconds since its progress was written last.
    pub silent_for: Option<f64>,
    /// The last error.
    pub error: Option<String>,
}

impl StepRecord {
    /// Whether it was begun: one that has only waited for a lock or a window has done nothing.
    pub fn was_begun(&self) -> bool {
        self.attempts > 0
    }
}

/// The newest attempt of every migration, by version; none where there is no history.
pub async fn migrations(connection: &mut PgConnection) -> Result<Vec<MigrationRecord>, sqlx::Error> {
    if !exists(connection).await? {
        return Ok(Vec::new());
    }
    records(connection, "attempt = (SELECT max(attempt) FROM public._schema_migrations n WHERE n.version = m.version)")
        .await
}

/// The attempts that a condition on `m` names, by version and number.
async fn records(connection: &mut PgConnection, condition: &str) -> Result<Vec<MigrationRecord>, sqlx::Error> {
    let sql = format!(
        "SELECT version, attempt, name, checksum, state, all_phases, release, applied_by,
                backfilled_at IS NOT NULL AS backfilled, switched_at IS NOT NULL AS switched,
                date_trunc('second', started_at)::text AS started_at, date_trunc('second', finished_at)::text AS finished_at,
                date_trunc('second', confirmed_at)::text AS confirmed_at,
                date_trunc('second', grace_until)::text AS grace_until, grace_until <= clock_timestamp() AS grace_is_over
         FROM public._schema_migrations m WHERE {condition} ORDER BY version, attempt"
    );
    query_all(connection, &sql).await?.iter().map(migration_record).collect()
}

fn migration_record(row: &PgRow) -> Result<MigrationRecord, sqlx::Error> {
    let state: String = row.try_get("state")?;
    Ok(MigrationRecord {
        version: row.try_get("version")?,
        attempt: row.try_get("attempt")?,
        name: row.try_get("name")?,
        checksum: row.try_get("checksum")?,
        state: MigrationState::parse(&state)
            .ok_or_else(|| sqlx::Error::Decode(format!("unknown state `{state}` in _schema_migrations").into()))?,
        all_phases: row.try_get("all_phases")?,
        backfilled: row.try_get("backfilled")?,
        release: row.try_get("release")?,
        confirmed_at: row.try_get("confirmed_at")?,
        switched: row.try_get("switched")?,
        grace: match (row.try_get("grace_until")?, row.try_get("grace_is_over")?) {
            (Some(until), Some(is_over)) => Some(Grace { until, is_over }),
            _ => None,
        },
        applied_by: row.try_get("applied_by")?,
        started_at: row.try_get("started_at")?,
        finished_at: row.try_get("finished_at")?,
    })
}

/// What is written when an attempt is announced.
#[derive(Clone, Debug)]
pub struct NewAttempt<'a> {
    /// The version.
    pub version: i64,
    /// The attempt.
    pub attempt: i32,
    /// The name.
    pub name: &'a str,
    /// The checksum.
    pub checksum: &'a str,
    /// The texts of its SQL files by their names.
    pub files: &'a BTreeMap<String, String>,
    /// Whether it has a contract.
    pub has_contract: bool,
    /// Whether it gets all its phases in this run.
    pub all_phases: bool,
    /// The machine it is applied from.
    pub host: &'a str,
}

/// Announces an attempt; its mode stays what it is, whoever takes the run over.
pub async fn announce(connection: &mut PgConnection, new: &NewAttempt<'_>) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO public._schema_migrations
             (version, attempt, name, checksum, state, has_contract, all_phases, tool_version, applied_from, files)
         VALUES ($1, $2, $3, $4, 'pending', $5, $6, $7, $8, $9::jsonb)",
    )
    .bind(new.version)
    .bind(new.attempt)
    .bind(new.name)
    .bind(new.checksum)
    .bind(new.has_contract)
    .bind(new.all_phases)
    .bind(env!("CARGO_PKG_VERSION"))
    .bind(new.host)
    .bind(serde_json::to_string(new.files).map_err(|error| sqlx::Error::Encode(error.into()))?)
    .execute(connection)
    .await?;
    Ok(())
}

/// The texts of an attempt's SQL files by their names, as they were applied; `None` where an earlier version of this program applied it.
pub async fn files(
    connection: &mut PgConnection,
    version: i64,
    attempt: i32,
) -> Result<Option<BTreeMap<String, String>>, sqlx::Error> {
    let query = query("SELECT files::text AS files FROM public._schema_migrations WHERE version = $1 AND attempt = $2")
        .bind(version)
        .bind(attempt);
    let text: Option<String> = one_row(connection, query).await?.try_get("files")?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))).transpose()
}

/// Takes an announced attempt back whose turn never came, because its file was changed or is gone.
pub async fn forget_pending(connection: &mut PgConnection, version: i64, attempt: i32) -> Result<(), sqlx::Error> {
    query("DELETE FROM public._schema_migrations WHERE version = $1 AND attempt = $2 AND state = 'pending'")
        .bind(version)
        .bind(attempt)
        .execute(connection)
        .await?;
    Ok(())
}

/// Moves an attempt to another state; the times that belong to it are set along.
pub async fn set_state(
    connection: &mut PgConnection,
    version: i64,
    attempt: i32,
    state: MigrationState,
) -> Result<(), sqlx::Error> {
    query(
        "UPDATE public._schema_migrations SET state = $3,
             started_at = CASE WHEN $3 = 'running' AND state = 'pending' THEN clock_timestamp() ELSE started_at END,
             backfilled_at = CASE WHEN $3 IN ('open', 'done') THEN coalesce(backfilled_at, clock_timestamp()) ELSE backfilled_at END,
             finished_at = CASE WHEN $3 IN ('done', 'rolled back') THEN clock_timestamp() END
         WHERE version = $1 AND attempt = $2",
    )
    .bind(version)
    .bind(attempt)
    .bind(state.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// The steps of an attempt.
pub async fn steps(connection: &mut PgConnection, version: i64, attempt: i32) -> Result<Vec<StepRecord>, sqlx::Error> {
    let query = query(
        "SELECT phase, step, title, state, attempts, position, rows_done, rows_total, rate, waiting, error,
                extract(epoch FROM clock_timestamp() - updated_at)::float8 AS silent_for FROM public._schema_steps
         WHERE version = $1 AND attempt = $2 ORDER BY phase, step",
    )
    .bind(version)
    .bind(attempt);
    let rows = rows(connection, query).await?;
    rows.iter()
        .map(|row| {
            Ok(StepRecord {
                phase: row.try_get("phase")?,
                step: row.try_get("step")?,
                title: row.try_get("title")?,
                state: row.try_get("state")?,
                attempts: row.try_get("attempts")?,
                position: row.try_get("position")?,
                rows_done: row.try_get("rows_done")?,
                rows_total: row.try_get("rows_total")?,
                rate: row.try_get("rate")?,
                waiting: row.try_get("waiting")?,
                silent_for: row.try_get("silent_for")?,
                error: row.try_get("error")?,
            })
        })
        .collect()
}

/// Names a step of an attempt.
#[derive(Clone, Copy, Debug)]
pub struct StepKey<'a> {
    /// The version.
    pub version: i64,
    /// The attempt.
    pub attempt: i32,
    /// The phase.
    pub phase: &'a str,
    /// The step's number.
    pub step: i32,
    /// What it does.
    pub title: &'a str,
}

/// Records how a step stands.
pub async fn record_step(
    connection: &mut PgConnection,
    key: StepKey<'_>,
    state: &str,
    error: Option<&str>,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO public._schema_steps AS s (version, attempt, phase, step, title, state, error, finished_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $6 = 'done' THEN clock_timestamp() END)
         ON CONFLICT (version, attempt, phase, step) DO UPDATE
         SET state = excluded.state, error = excluded.error, waiting = NULL, finished_at = excluded.finished_at,
             attempts = s.attempts + CASE WHEN excluded.state = 'running' OR s.attempts = 0 THEN 1 ELSE 0 END",
    )
    .bind(key.version)
    .bind(key.attempt)
    .bind(key.phase)
    .bind(key.step)
    .bind(key.title)
    .bind(state)
    .bind(error)
    .execute(connection)
    .await?;
    Ok(())
}

/// The objects of open migrations.
pub async fn open_objects(connection: &mut PgConnection) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = query_all(connection, "SELECT object, version FROM public._schema_objects ORDER BY object").await?;
    rows.iter().map(|row| Ok((row.try_get("object")?, row.try_get("version")?))).collect()
}

/// Claims objects for an open migration; the key of the table refuses what another one has.
pub async fn claim_objects(connection: &mut PgConnection, version: i64, objects: &[String]) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO public._schema_objects (object, version) SELECT unnest($2::text[]), $1
         ON CONFLICT (object) DO UPDATE SET version = excluded.version WHERE public._schema_objects.version = excluded.version",
    )
    .bind(version)
    .bind(objects)
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives the objects of a migration free.
pub async fn release_objects(connection: &mut PgConnection, version: i64) -> Result<(), sqlx::Error> {
    query("DELETE FROM public._schema_objects WHERE version = $1").bind(version).execute(connection).await?;
    Ok(())
}

/// How often the old release has written since expand, by the migration's counter; `None` while never or gone.
pub async fn legacy_writes(connection: &mut PgConnection, counter: &str) -> Result<Option<i64>, sqlx::Error> {
    let query =
        query("SELECT pg_catalog.pg_sequence_last_value(to_regclass($1)) AS value WHERE to_regclass($1) IS NOT NULL")
            .bind(counter.to_owned());
    let rows = rows(connection, query).await?;
    rows.first().map_or(Ok(None), |row| Ok(Some(row.try_get::<Option<i64>, _>("value")?.unwrap_or(0))))
}
