//! What a run is asked to do while it is at work: pause, resume, keep to a rate.

use sqlx::{PgConnection, Row};

use super::session::query_all;

/// What is asked at the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Control {
    /// Whether backfills rest.
    pub paused: bool,
    /// Rows per second at most.
    pub rate: Option<i64>,
    /// Who said so.
    pub changed_by: String,
    /// When, as the server writes it.
    pub changed_at: String,
}

/// Reads what is asked; nothing where nobody ever asked.
pub async fn read(connection: &mut PgConnection) -> Result<Control, sqlx::Error> {
    let rows = query_all(
        connection,
        "SELECT paused, rate, changed_by, date_trunc('second', changed_at)::text AS changed_at FROM public._schema_control",
    )
    .await?;
    let Some(row) = rows.first() else { return Ok(Control::default()) };
    Ok(Control {
        paused: row.try_get("paused")?,
        rate: row.try_get("rate")?,
        changed_by: row.try_get("changed_by")?,
        changed_at: row.try_get("changed_at")?,
    })
}

/// Asks for something else.
pub async fn write(connection: &mut PgConnection, paused: bool, rate: Option<i64>) -> Result<(), sqlx::Error> {
    let query = super::session::query(
        "INSERT INTO public._schema_control (slot, paused, rate) VALUES (1, $1, $2)
         ON CONFLICT (slot) DO UPDATE SET paused = excluded.paused, rate = excluded.rate,
             changed_by = session_user, changed_at = clock_timestamp()",
    )
    .bind(paused)
    .bind(rate);
    super::session::rows(connection, query).await?;
    Ok(())
}
