//! The columns that statements use, of which nothing but the text is known, as the server itself resolves them.

use std::collections::BTreeSet;

use schema_model::{Identifier, QualifiedName, sql_text};
use sqlx::{Connection, PgConnection, Row};

use crate::dialect::postgres::quote;
use crate::dialect::postgres::session::{execute, query, rows, sqlstate};

/// A column of a relation, or the relation as such.
pub type UsedColumn = (QualifiedName, Option<Identifier>);

/// How statements begin that the server takes a function of.
const RESOLVABLE: [&str; 7] = ["select", "insert", "update", "delete", "with", "values", "table"];

/// The columns of each statement; `None` where the server doesn't tell: a statement of another kind, names that it doesn't
/// find, a role that may make nothing temporary. Names without a namespace are looked for in those given first. From
/// PostgreSQL 14 on.
///
/// # Errors
///
/// Where the connection breaks.
pub async fn columns_of(
    connection: &mut PgConnection,
    statements: &[&str],
    namespaces: &BTreeSet<&Identifier>,
) -> Result<Vec<Option<BTreeSet<UsedColumn>>>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let told = tell(&mut transaction, statements, namespaces).await;
    transaction.rollback().await?;
    match told {
        Ok(told) => Ok(told),
        Err(error) if sqlstate(&error).is_some() => Ok(vec![None; statements.len()]),
        Err(error) => Err(error),
    }
}

async fn tell(
    connection: &mut PgConnection,
    statements: &[&str],
    namespaces: &BTreeSet<&Identifier>,
) -> Result<Vec<Option<BTreeSet<UsedColumn>>>, sqlx::Error> {
    let mut columns = vec![None; statements.len()];
    let path: Vec<String> = namespaces.iter().map(|namespace| quote::name(namespace)).collect();
    let path = query("SELECT set_config('search_path', $1 || ', ' || current_setting('search_path'), true)")
        .bind(path.join(", "));
    rows(connection, path).await?;
    execute(connection, include_str!("columns.sql")).await?;
    let texts: Vec<String> = statements.iter().map(|text| resolvable(text).to_owned()).collect();
    let call = query("SELECT * FROM pg_temp.schema_diff_columns_of($1)").bind(texts);
    for row in rows(connection, call).await? {
        let place = usize::try_from(row.try_get::<i64, _>("place")? - 1).ok();
        let Some(one) = place.and_then(|place| columns.get_mut(place)) else { continue };
        let known: &mut BTreeSet<UsedColumn> = one.get_or_insert_default();
        if let Some(namespace) = row.try_get::<Option<String>, _>("namespace")? {
            let name = |text: String| Identifier::new(text).map_err(|error| sqlx::Error::Decode(error.into()));
            let relation = QualifiedName::new(name(namespace)?, name(row.try_get("relation")?)?);
            known.insert((relation, row.try_get::<Option<String>, _>("name")?.map(name).transpose()?));
        }
    }
    Ok(columns)
}

/// One statement of these kinds, or nothing: a text of somebody else's is never run.
fn resolvable(text: &str) -> &str {
    let first = sql_text::meaning(text).first().map(|word| word.to_lowercase()).unwrap_or_default();
    let is_one = sql_text::statements(text).len() == 1;
    if is_one && RESOLVABLE.contains(&first.as_str()) { text } else { "" }
}

#[cfg(test)]
mod tests {
    use super::resolvable;

    #[test]
    fn only_single_queries_are_handed_on() {
        assert_eq!(resolvable("/* x */ SELECT 1 -- y"), "/* x */ SELECT 1 -- y");
        for other in ["DROP TABLE t", "SELECT 1; DROP TABLE t", "DO $$ BEGIN END $$", ""] {
            assert_eq!(resolvable(other), "", "{other}");
        }
    }
}
