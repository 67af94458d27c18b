//! A window of time as the server sees it: it knows the time zones and their summer times, and its clock is the same
//! for every machine that applies.

use sqlx::{PgConnection, Row};

use super::session::{one_row, query};

/// Where the window stands at this moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// Whether it is open.
    pub open: bool,
    /// Seconds until it opens next.
    pub seconds: f64,
    /// When it opens next, in its own time zone.
    pub at: String,
}

/// Looks at the clock. `from` and `until` are times of the day in the zone; a window may go over midnight.
pub async fn opening(
    connection: &mut PgConnection,
    from: &str,
    until: &str,
    zone: &str,
) -> Result<Opening, sqlx::Error> {
    let row = one_row(connection, query(include_str!("window.sql")).bind(from).bind(until).bind(zone)).await?;
    Ok(Opening { open: row.try_get("open")?, seconds: row.try_get("seconds")?, at: row.try_get("at")? })
}
