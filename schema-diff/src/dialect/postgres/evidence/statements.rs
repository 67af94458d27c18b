//! What pg_stat_statements knows of statements: how often each has run, and whether it has forgotten any.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::{Connection, PgConnection, Row};

use crate::dialect::postgres::session::{query, query_all, rows, sqlstate};

/// How often statements have run, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// What it has forgotten by then. Two readings can be compared only where that is the same.
    pub memory: Memory,
    /// The calls by statement and role.
    pub calls: BTreeMap<String, i64>,
}

/// What pg_stat_statements has forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// How often it has thrown entries out, for want of room.
    pub dealloc: i64,
    /// When it was emptied last, as the server writes it.
    pub reset: String,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The statement and the role by which it is known.
    pub key: String,
    /// Its text, in which constants are parameters.
    pub text: String,
    /// How often it has run.
    pub calls: i64,
}

/// What could be read.
#[derive(Clone, Debug)]
pub enum Statements {
    /// Nothing, and why.
    Unknown(&'static str),
    /// The statements of this database whose text holds one of the words, and what is forgotten.
    Known(Memory, Vec<Entry>),
}

/// Reads the statements of this database whose text holds one of the words, in whatever case.
pub async fn statements(connection: &mut PgConnection, words: &[String]) -> Result<Statements, sqlx::Error> {
    let installed = query_all(
        connection,
        "SELECT pg_catalog.quote_ident(n.nspname) AS namespace,
                to_regclass(pg_catalog.quote_ident(n.nspname) || '.pg_stat_statements_info') IS NOT NULL AS tells_dealloc
         FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
         WHERE e.extname = 'pg_stat_statements'",
    )
    .await?;
    let Some(installed) = installed.first() else {
        return Ok(Statements::Unknown("pg_stat_statements is not installed in this database"));
    };
    if !installed.try_get::<bool, _>("tells_dealloc")? {
        return Ok(Statements::Unknown(
            "this pg_stat_statements can't tell whether it has forgotten statements (it can from PostgreSQL 14 on, after ALTER EXTENSION … UPDATE)",
        ));
    }
    let namespace: String = installed.try_get("namespace")?;
    match read(connection, &namespace, words).await {
        Ok(statements) => Ok(statements),
        // object_not_in_prerequisite_state
        Err(error) if sqlstate(&error).as_deref() == Some("55000") => {
            Ok(Statements::Unknown("pg_stat_statements is installed, but not loaded (shared_preload_libraries)"))
        }
        // insufficient_privilege
        Err(error) if sqlstate(&error).as_deref() == Some("42501") => Ok(Statements::Unknown(NO_PRIVILEGE)),
        Err(error) => Err(error),
    }
}

const NO_PRIVILEGE: &str =
    "this role sees its own statements only in pg_stat_statements (GRANT pg_read_all_stats lets it see all)";

async fn read(connection: &mut PgConnection, namespace: &str, words: &[String]) -> Result<Statements, sqlx::Error> {
    // A failure leaves nothing behind, whatever transaction this is in.
    let mut transaction = connection.begin().await?;
    let outcome = async {
        let before = memory(&mut transaction, namespace).await?;
        let entries = entries(&mut transaction, namespace, words).await?;
        let after = memory(&mut transaction, namespace).await?;
        Ok::<_, sqlx::Error>((before, entries, after))
    }
    .await;
    transaction.rollback().await?;
    let (before, entries, after) = outcome?;
    let Some(entries) = entries else { return Ok(Statements::Unknown(NO_PRIVILEGE)) };
    if before != after {
        return Ok(Statements::Unknown("pg_stat_statements is throwing entries out at this moment"));
    }
    Ok(Statements::Known(after, entries))
}

async fn memory(connection: &mut PgConnection, namespace: &str) -> Result<Memory, sqlx::Error> {
    let sql =
        format!("SELECT dealloc, coalesce(stats_reset::text, '') AS reset FROM {namespace}.pg_stat_statements_info");
    let rows = query_all(connection, &sql).await?;
    let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    Ok(Memory { dealloc: row.try_get("dealloc")?, reset: row.try_get("reset")? })
}

/// The entries; `None` where some are hidden from this role. What a function runs is counted with its caller.
async fn entries(
    connection: &mut PgConnection,
    namespace: &str,
    words: &[String],
) -> Result<Option<Vec<Entry>>, sqlx::Error> {
    let sql = format!(
        "SELECT s.queryid IS NULL AS is_hidden, s.userid::int8 || ' ' || s.queryid AS key, s.query, s.calls::int8 AS calls
         FROM {namespace}.pg_stat_statements s
         WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
           AND s.toplevel
           AND (s.queryid IS NULL
                OR EXISTS (SELECT FROM unnest($1::text[]) w(word) WHERE position(lower(w.word) IN lower(s.query)) > 0))
         ORDER BY s.calls DESC, 2"
    );
    let found = rows(connection, query(&sql).bind(words.to_vec())).await?;
    let mut entries = Vec::new();
    for row in &found {
        if row.try_get("is_hidden")? {
            return Ok(None);
        }
        entries.push(Entry { key: row.try_get("key")?, text: row.try_get("query")?, calls: row.try_get("calls")? });
    }
    Ok(Some(entries))
}
