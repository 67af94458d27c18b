//! The format of the history tables: made, recognised, brought up to date.

use sqlx::{Connection, PgConnection, Row};

use crate::dialect::postgres::session::{execute, query, query_all};

/// The key of the advisory lock under which the history tables are made, so that two first runs don't collide.
const CREATION_LOCK: i64 = 0x5343_4845_4d41_0001;

/// What the comment on the tables says today; `history.sql` writes it.
const TODAY: &str = "history of cargo schema, format 5";
/// What it said before, of tables that can be brought to today's form.
const EARLIER: [&str; 4] = [
    "history of cargo schema, format 1",
    "history of cargo schema, format 2",
    "history of cargo schema, format 3",
    "history of cargo schema, format 4",
];

/// In what form the history is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// There is none.
    Missing,
    /// An earlier version of this program wrote it; [`create`] brings it to today's form.
    Earlier,
    /// Today's.
    Today,
    /// Another one: the comment on it, where there is one.
    Unknown(Option<String>),
}

/// Whether the history tables are there, in whatever form.
pub async fn exists(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    Ok(format(connection).await? != Format::Missing)
}

/// The format of the history tables, by the comment on them.
pub async fn format(connection: &mut PgConnection) -> Result<Format, sqlx::Error> {
    let sql = "SELECT to_regclass('public._schema_migrations') IS NOT NULL AS there,
                      obj_description(to_regclass('public._schema_migrations'), 'pg_class') AS comment";
    let rows = query_all(connection, sql).await?;
    if !rows[0].try_get::<bool, _>("there")? {
        return Ok(Format::Missing);
    }
    let comment: Option<String> = rows[0].try_get("comment")?;
    Ok(match comment.as_deref() {
        Some(TODAY) => Format::Today,
        Some(earlier) if EARLIER.contains(&earlier) => Format::Earlier,
        _ => Format::Unknown(comment),
    })
}

/// Makes the history tables where they are missing, and brings those of an earlier form to today's: what stands in them
/// is kept. A form that we don't know is left alone.
pub async fn create(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    if !is_to_be_made(&format(connection).await?) {
        return Ok(());
    }
    let mut transaction = connection.begin().await?;
    query("SELECT pg_advisory_xact_lock($1)").bind(CREATION_LOCK).execute(&mut *transaction).await?;
    let format = format(&mut transaction).await?;
    if format == Format::Earlier {
        execute(&mut transaction, include_str!("upgrade.sql")).await?;
    }
    if is_to_be_made(&format) {
        execute(&mut transaction, include_str!("../history.sql")).await?;
    }
    transaction.commit().await
}

fn is_to_be_made(format: &Format) -> bool {
    matches!(format, Format::Missing | Format::Earlier)
}
