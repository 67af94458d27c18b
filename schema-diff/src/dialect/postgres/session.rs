//! The one place where SQL text of our own making is handed to sqlx.
//!
//! Nothing is prepared by name, scratch servers aside: `persistent(false)` leaves nothing on the server and works behind a
//! pooler in transaction mode; `raw_sql` uses the simple protocol, which several statements and DDL need.

use sqlx::postgres::{PgArguments, PgDatabaseError, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Postgres, Row, SqlSafeStr, SqlStr};

/// Runs one query without parameters and gives its rows.
pub async fn query_all(connection: &mut PgConnection, sql: &str) -> Result<Vec<PgRow>, sqlx::Error> {
    rows(connection, query(sql)).await
}

/// What becomes of the plans of queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plans {
    /// Nothing is left on the server.
    Forgotten,
    /// The queries stay prepared: for a session that is ours alone and that reads often.
    Kept,
}

/// Reads where no query needs a transaction of its own: inside one that somebody else began, or without any pooler.
pub struct Reader<'c> {
    connection: &'c mut PgConnection,
    plans: Plans,
}

impl<'c> Reader<'c> {
    /// One over a session.
    pub fn new(connection: &'c mut PgConnection, plans: Plans) -> Self {
        Self { connection, plans }
    }

    /// Runs what the reading begins with: one or more statements without rows.
    pub async fn begin(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        execute(self.connection, sql).await
    }

    /// Runs one query without parameters and gives its rows.
    pub async fn all(&mut self, sql: &str) -> Result<Vec<PgRow>, sqlx::Error> {
        query(sql).persistent(self.plans == Plans::Kept).fetch_all(&mut *self.connection).await
    }
}

/// Runs a query in a transaction, or a savepoint, of its own. A statement is parsed by one message and run by the next;
/// behind a pooler, somebody else may have the session by then, unless a transaction keeps it.
pub async fn rows(
    connection: &mut PgConnection,
    query: Query<'static, Postgres, PgArguments>,
) -> Result<Vec<PgRow>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let rows = query.fetch_all(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(rows)
}

/// The same for a query that gives one row or none.
pub async fn row(
    connection: &mut PgConnection,
    query: Query<'static, Postgres, PgArguments>,
) -> Result<Option<PgRow>, sqlx::Error> {
    Ok(rows(connection, query).await?.into_iter().next())
}

/// The same for a query that gives one row.
pub async fn one_row(
    connection: &mut PgConnection,
    query: Query<'static, Postgres, PgArguments>,
) -> Result<PgRow, sqlx::Error> {
    row(connection, query).await?.ok_or(sqlx::Error::RowNotFound)
}

/// A query that is ours: its identifiers went through the quoting function, its values are bound.
pub fn query(sql: &str) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(AssertSqlSafe(sql.to_owned())).persistent(false)
}

/// A statement of a migration's files, for sqlx's own migrator.
pub fn sql_str(sql: String) -> SqlStr {
    AssertSqlSafe(sql).into_sql_str()
}

/// The backend that serves a connection.
pub async fn backend(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    let rows = query_all(connection, "SELECT pg_catalog.pg_backend_pid() AS pid").await?;
    sqlx::Row::try_get(&rows[0], "pid")
}

/// Runs one or more statements by the simple protocol, as one implicit transaction where none is open.
pub async fn execute(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(|_| ())
}

/// Sets the time-outs of a session, for a statement outside any transaction, and the isolation that everything here is
/// made for. Two of the time-outs came with PostgreSQL 14 and 17.
pub fn session_timeouts(lock_timeout: &str, statement_timeout: &str) -> String {
    format!(
        "SET lock_timeout = {}; SET statement_timeout = {}; SET idle_in_transaction_session_timeout = 0; SET default_transaction_isolation = 'read committed'; SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name IN ('transaction_timeout', 'idle_session_timeout')",
        super::quote::literal(lock_timeout),
        super::quote::literal(statement_timeout)
    )
}

/// A run that stands still between two statements (its machine sleeps, its network is cut) holds its locks no longer.
const STALLED: &str = "10s";

/// Sets the statement time-out of the transaction, and how long it may stand still between two statements.
pub fn local_statement_timeout(statement_timeout: &str) -> String {
    format!(
        "SET LOCAL statement_timeout = {}; SET LOCAL idle_in_transaction_session_timeout = '{STALLED}'",
        super::quote::literal(statement_timeout)
    )
}

/// Sets both time-outs of the transaction, whatever the role's defaults are.
pub fn local_timeouts(lock_timeout: &str, statement_timeout: &str) -> String {
    format!(
        "SET LOCAL lock_timeout = {}; {}",
        super::quote::literal(lock_timeout),
        local_statement_timeout(statement_timeout)
    )
}

/// Begins a transaction in which a row is seen as it is when it is locked, whatever the role's default is: in any other
/// isolation a row that a writer has changed meanwhile is an error.
pub const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// Keeps the statements of a batch on the ranges that they name. A column that was added a moment ago has no
/// statistics, and the planner takes a scan of the whole table or a hash of it for cheaper: measured at twice the time
/// for a table of 300,000 rows, and worse for larger ones.
pub const ALONG_THE_KEY: &str = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0";

/// Keeps the application's triggers silent for the transaction; ours, which are ENABLE ALWAYS, still run.
pub const SILENCE_TRIGGERS: &str = "SET LOCAL session_replication_role = replica";

/// Whether the role may keep the application's triggers silent: a superuser, or who was granted the parameter (15).
pub async fn may_silence_triggers(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let set = execute(&mut transaction, SILENCE_TRIGGERS).await;
    transaction.rollback().await?;
    match set {
        Ok(()) => Ok(true),
        Err(error) if sqlstate(&error).as_deref() == Some("42501") => Ok(false),
        Err(error) => Err(error),
    }
}

/// Sets how long a batch waits for what its triggers and foreign keys lock: less than `deadlock_timeout`, so that in a
/// deadlock it is never the application that is ended.
pub const BATCH_LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '500ms'";

/// Sets how long a straggler's row lock is waited for, and all of them together.
pub const STRAGGLER_TIMEOUTS: &str = "SET LOCAL lock_timeout = '50ms'; SET LOCAL statement_timeout = '500ms'";

/// An error rather than rows that a row-level policy hides: what can't be seen can't be filled or counted.
pub const SEE_ALL_ROWS: &str = "SET LOCAL row_security = off";

/// Has a scan of the whole table begin at its first block, and not where another one is at that moment.
pub const FROM_THE_START: &str = "SET LOCAL synchronize_seqscans = off";

/// The one number that a counting query gives, over all rows.
pub async fn count(connection: &mut PgConnection, sql: &str) -> Result<i64, sqlx::Error> {
    figures(connection, query(sql)).await?.try_get(0)
}

/// The rows that a sample of about so many pages looked at, and those that it counted.
pub async fn sample(connection: &mut PgConnection, sql: &str, pages: u32) -> Result<(i64, i64), sqlx::Error> {
    let row = figures(connection, query(sql).bind(f64::from(pages))).await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

async fn figures(
    connection: &mut PgConnection,
    query: Query<'static, Postgres, PgArguments>,
) -> Result<PgRow, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let outcome = async {
        execute(&mut transaction, &local_timeouts("60s", "0")).await?;
        execute(&mut transaction, SEE_ALL_ROWS).await?;
        query.fetch_one(&mut *transaction).await
    }
    .await;
    transaction.rollback().await?;
    outcome
}

/// The SQLSTATE of an error, where the server gave one.
pub fn sqlstate(error: &sqlx::Error) -> Option<String> {
    error.as_database_error().and_then(|database| database.code()).map(|code| code.into_owned())
}

/// Why nothing can be written in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOnly {
    /// The server follows another one.
    Standby,
    /// A setting of the role, the database or the server.
    Setting,
}

/// Whether nothing can be written, and why.
pub async fn read_only(connection: &mut PgConnection) -> Result<Option<ReadOnly>, sqlx::Error> {
    let sql =
        "SELECT pg_catalog.pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'on' AS refused";
    let row = one_row(connection, query(sql)).await?;
    let (standby, refused): (bool, bool) = (row.try_get("standby")?, row.try_get("refused")?);
    Ok(if standby { Some(ReadOnly::Standby) } else { refused.then_some(ReadOnly::Setting) })
}

/// Whether an error says that a lock was not to be had, and that the same may work a moment later: `lock_not_available`,
/// `deadlock_detected`, and a row that moved to another partition while it was waited for (`serialization_failure`).
pub fn is_lock_failure(error: &sqlx::Error) -> bool {
    matches!(sqlstate(error).as_deref(), Some("55P03" | "40P01" | "40001"))
}

/// Whether an error says that something took too long: a lock, or the statement (`query_canceled`).
pub fn is_time_out(error: &sqlx::Error) -> bool {
    is_lock_failure(error) || sqlstate(error).as_deref() == Some("57014")
}

/// Whether the connection is gone: the socket broke, or the server has ended the session. Classes 08 and 57P (shutdown,
/// starting, database dropped, idle session), `idle_in_transaction_session_timeout`.
pub fn is_connection_loss(error: &sqlx::Error) -> bool {
    match sqlstate(error) {
        Some(code) => code.starts_with("08") || code.starts_with("57P") || code == "25P03",
        None => matches!(error, sqlx::Error::Io(_)),
    }
}

/// Whether an error is about the values of a row: a conversion that fails, a constraint, what a trigger raises.
pub fn is_row_failure(error: &sqlx::Error) -> bool {
    sqlstate_is_row_failure(sqlstate(error).as_deref())
}

/// Whether a SQLSTATE is about the values of a row: classes 22 and 23, `with_check_option_violation`,
/// `raise_exception`.
pub fn sqlstate_is_row_failure(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.starts_with("22") || code.starts_with("23") || matches!(code, "44000" | "P0001"))
}

/// Whether a table holds any row.
pub async fn holds_rows(
    connection: &mut PgConnection,
    table: &schema_model::QualifiedName,
) -> Result<bool, sqlx::Error> {
    let rows =
        query_all(connection, &format!("SELECT EXISTS (SELECT FROM {})", super::quote::qualified(table))).await?;
    rows.first().map_or(Ok(false), |row| sqlx::Row::try_get(row, 0))
}

/// The planner's estimate of a table's rows: from its size, where it was never analysed.
pub async fn estimated_rows(
    connection: &mut PgConnection,
    table: &schema_model::QualifiedName,
) -> Result<i64, sqlx::Error> {
    let mut line = String::new();
    // A partitioned table has no row of its own.
    for of in ["ONLY ", ""] {
        let explain = format!("EXPLAIN SELECT FROM {of}{}", super::quote::qualified(table));
        let rows = query_all(connection, &explain).await?;
        line = rows.first().map_or(Ok(String::new()), |row| sqlx::Row::try_get(row, 0))?;
        if !line.starts_with("Result") {
            break;
        }
    }
    let digits = line.split_once("rows=").map_or("", |(_, rest)| rest);
    Ok(digits.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0))
}

/// The server's message without the place in *its* source, which sqlx shows and which misleads.
pub fn plain(error: &sqlx::Error) -> String {
    let Some(database) = error.as_database_error() else { return error.to_string() };
    let mut text = database.message().to_owned();
    if let Some(postgres) = database.try_downcast_ref::<PgDatabaseError>() {
        for more in [postgres.detail(), postgres.hint()].into_iter().flatten() {
            text.push_str(&format!(" ({more})"));
        }
    }
    text
}
