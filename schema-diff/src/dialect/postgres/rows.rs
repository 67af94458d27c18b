//! Rows of any query as text, for people.

use sqlx::postgres::PgRow;
use sqlx::{Column, Connection, PgConnection, Row, TypeInfo, ValueRef};

use super::quote;
use super::session::{SEE_ALL_ROWS, execute, local_timeouts, sql_str};

/// Longer values are cut: who looks wants to see which row it is and how its values differ.
const LONGEST: usize = 80;

/// The first rows of a query, each as `a = 1, b = 'x', c = NULL`. It may hold no parameters.
pub async fn first_rows(connection: &mut PgConnection, sql: &str, limit: usize) -> Result<Vec<String>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let outcome = async {
        execute(&mut transaction, &local_timeouts("60s", "0")).await?;
        execute(&mut transaction, SEE_ALL_ROWS).await?;
        // By the simple protocol every value comes as the server writes it, whatever its type.
        let first = format!("SELECT * FROM (\n{sql}\n) AS rows LIMIT {limit}");
        sqlx::raw_sql(sql_str(first)).fetch_all(&mut *transaction).await
    }
    .await;
    transaction.rollback().await?;
    outcome?.iter().map(as_text).collect()
}

fn as_text(row: &PgRow) -> Result<String, sqlx::Error> {
    let mut parts = Vec::new();
    for column in row.columns() {
        let raw = row.try_get_raw(column.ordinal())?;
        let value = if raw.is_null() {
            "NULL".to_owned()
        } else {
            let numeric = matches!(raw.type_info().name(), "INT2" | "INT4" | "INT8" | "NUMERIC" | "BOOL");
            let value: String = row.try_get_unchecked(column.ordinal())?;
            if numeric { value } else { quote::literal(&cut(&value)) }
        };
        parts.push(format!("{} = {value}", column.name()));
    }
    Ok(parts.join(", "))
}

fn cut(value: &str) -> String {
    if value.chars().count() <= LONGEST {
        return value.to_owned();
    }
    value.chars().take(LONGEST).chain(['…']).collect()
}
