//! The time that is left to whoever uses the old form rarely, such as a job that runs once an hour.

use super::Evidence;
use crate::dialect::postgres::history::Confirmation;

pub(super) const NAME: &str = "quiet";

/// `None` where nobody asked for such a time.
pub(super) fn evidence(since: &Confirmation) -> Option<Evidence> {
    let until = since.quiet_until.as_ref()?;
    Some(if since.is_quiet_over {
        Evidence::open(NAME, format!("the time to wait after the confirmation was over at {until}"))
    } else {
        Evidence::closed(
            NAME,
            format!(
                "the contract waits until {until}, as `quiet` in schema.toml says: run `cargo schema contract` then"
            ),
        )
    })
}
