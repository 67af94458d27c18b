//! What is rolled out. No lease is needed for that: a roll-out may begin while a runner is at work.

use sqlx::Connection;

use super::connection::Target;
use super::error::ApplyError;
use super::lease::host_name;
use super::runner::check_format;
use crate::dialect::postgres::history;
use crate::dialect::postgres::history::release::{last_confirmed, record_release};

/// Records that a release is being rolled out, with the commit that it was built from where that is known. It opens no
/// gate: that the roll-out is complete says [`Runner::confirm`](super::Runner::confirm).
///
/// # Errors
///
/// Where the database can't be reached or written, or its history was written by a newer version.
pub async fn record(target: &Target, release: &str, commit: Option<&str>) -> Result<(), ApplyError> {
    let mut connection = target.connect("schema-diff release").await?;
    history::create(&mut connection).await?;
    check_format(&mut connection).await?;
    record_release(&mut connection, release, commit, &host_name()).await?;
    connection.close().await?;
    Ok(())
}

/// The release that is everywhere, as somebody has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// Its name.
    pub release: String,
    /// The commit that it was built from, where that was recorded.
    pub commit: Option<String>,
}

/// The release that was confirmed last; `None` where none ever was. A migration that was rolled back takes its
/// confirmation with it. Nothing is written.
///
/// # Errors
///
/// Where the database can't be reached, or its history was written by another version.
pub async fn confirmed(target: &Target) -> Result<Option<Confirmed>, ApplyError> {
    let mut connection = target.connect("schema-diff release").await?;
    let last = if check_format(&mut connection).await? { last_confirmed(&mut connection).await? } else { None };
    connection.close().await?;
    Ok(last.map(|(release, commit)| Confirmed { release, commit }))
}
