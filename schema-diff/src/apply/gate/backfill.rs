//! The backfill is complete.

use super::Evidence;
use crate::dialect::postgres::history::MigrationRecord;

const NAME: &str = "backfill";

pub(super) fn evidence(record: &MigrationRecord) -> Evidence {
    if record.backfilled {
        Evidence::open(NAME, "the backfill is complete")
    } else {
        Evidence::closed(NAME, "the backfill is not complete: run `cargo schema apply`")
    }
}
