//! Many statements in one message, each with an answer of its own: what one of them is refused doesn't end the others.

use sqlx::{Connection, PgConnection, Row};

use super::super::session::{execute, query, rows};
use super::prepare::Refusal;

/// Runs statements one after the other, in a transaction that is rolled back; what is prepared in it stays prepared.
///
/// # Errors
///
/// Where the connection breaks.
pub async fn each(
    connection: &mut PgConnection,
    statements: &[String],
) -> Result<Vec<Result<(), Refusal>>, sqlx::Error> {
    if statements.is_empty() {
        return Ok(Vec::new());
    }
    let mut transaction = connection.begin().await?;
    execute(&mut transaction, include_str!("each.sql")).await?;
    let call = query("SELECT * FROM pg_temp.schema_diff_each($1)").bind(statements.to_vec());
    let refused = rows(&mut transaction, call).await?;
    transaction.rollback().await?;
    let mut answers = vec![Ok(()); statements.len()];
    for row in refused {
        let place =
            usize::try_from(row.try_get::<i32, _>("place")?).map_err(|error| sqlx::Error::Decode(error.into()))?;
        if let Some(answer) = answers.get_mut(place) {
            *answer = Err(Refusal { code: row.try_get("code")?, message: row.try_get("message")? });
        }
    }
    Ok(answers)
}
