//! Somebody said that a release which knows the new form is everywhere, after the backfill was complete.

use super::Evidence;
use crate::dialect::postgres::history::MigrationRecord;

pub(super) fn evidence(record: &MigrationRecord) -> Evidence {
    let words = match (&record.release, &record.confirmed_at) {
        (Some(release), Some(at)) => format!("release {release} was confirmed at {at}"),
        _ => "no release is confirmed: when the new release is everywhere and nothing older runs, say `cargo schema confirm RELEASE`".to_owned(),
    };
    Evidence { name: "confirmation", open: record.release.is_some(), words }
}
