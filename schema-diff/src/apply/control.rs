//! Live control: a run is paused, resumed, or slowed down from elsewhere. No lease is needed for that.

use sqlx::Connection;

use super::connection::Target;
use super::error::ApplyError;
use super::lease::Holder;
use super::runner::check_format;
use crate::dialect::postgres::{control, history, lease};

/// Backfills rest from their next batch on. Gives who is at work.
pub async fn pause(target: &Target) -> Result<Option<Holder>, ApplyError> {
    ask(target, true, None).await
}

/// Backfills go on, with a rate in rows per second at most where one is given; without one at the rate of their run.
/// Gives who is at work.
pub async fn resume(target: &Target, rate: Option<i64>) -> Result<Option<Holder>, ApplyError> {
    ask(target, false, rate).await
}

async fn ask(target: &Target, paused: bool, rate: Option<i64>) -> Result<Option<Holder>, ApplyError> {
    let mut connection = target.connect("schema-diff control").await?;
    history::create(&mut connection).await?;
    check_format(&mut connection).await?;
    let mut transaction = connection.begin().await?;
    control::write(&mut transaction, paused, rate).await?;
    transaction.commit().await?;
    let holder = lease::holder(&mut connection).await?.map(Holder::from);
    connection.close().await?;
    Ok(holder)
}
