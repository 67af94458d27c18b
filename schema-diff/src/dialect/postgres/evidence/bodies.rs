//! The bodies of functions, in which a column is only a word to the server.

use sqlx::{PgConnection, Row};

use crate::dialect::postgres::session::{query, rows};
use crate::inspection::SYNC_MARK;

/// A function of the application's.
#[derive(Clone, Debug)]
pub struct FunctionBody {
    /// Its name with its arguments, as the server writes it.
    pub function: String,
    /// Its source.
    pub body: String,
}

/// The functions and procedures whose source holds one of the words, in whatever case; those of extensions and our own
/// left out. What is written as BEGIN ATOMIC has no such source: the catalog knows its columns.
pub async fn bodies(connection: &mut PgConnection, words: &[String]) -> Result<Vec<FunctionBody>, sqlx::Error> {
    let naming = query(
        "SELECT p.oid::pg_catalog.regprocedure::text AS function, p.prosrc AS body
         FROM pg_catalog.pg_proc p
         JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
              AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
         JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname NOT IN ('c', 'internal')
         WHERE position($2 IN p.proname) = 0
           AND EXISTS (SELECT FROM unnest($1::text[]) w(word) WHERE position(lower(w.word) IN lower(p.prosrc)) > 0)
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                           WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e')
         ORDER BY 1",
    )
    .bind(words.to_vec())
    .bind(SYNC_MARK);
    let found = rows(connection, naming).await?;
    found
        .iter()
        .map(|row| Ok(FunctionBody { function: row.try_get("function")?, body: row.try_get("body")? }))
        .collect()
}
