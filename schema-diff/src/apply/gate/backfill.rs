//! The backfill is complete.

use super::Evidence;
use crate::dialect::postgres::history::MigrationRecord;

pub(super) fn evidence(record: &MigrationRecord) -> Evidence {
    let words = if record.backfilled {
        "the backfill is complete".to_owned()
    } else {
        "the backfill is not complete: run `cargo schema apply`".to_owned()
    };
    Evidence { name: "backfill", open: record.backfilled, words }
}
