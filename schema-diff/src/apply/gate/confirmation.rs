//! Somebody said that a release which knows the new form is everywhere, after the backfill was complete.

use super::Evidence;
use crate::dialect::postgres::history::MigrationRecord;

pub(super) const NAME: &str = "confirmation";

pub(super) fn evidence(record: &MigrationRecord) -> Evidence {
    match (&record.release, &record.confirmed_at) {
        (Some(release), Some(at)) => Evidence::open(NAME, format!("release {release} was confirmed at {at}")),
        _ => Evidence::closed(
            NAME,
            "no release is confirmed: when the new release is everywhere and nothing older runs, say `cargo schema confirm RELEASE`",
        ),
    }
}
