//! Writes of the old form, which the sync triggers count.

use sqlx::PgConnection;

use super::old_form::takes_a_name_over;
use super::{Evidence, OldForm};
use crate::apply::error::ApplyError;
use crate::apply::status::expand_statements;
use crate::dialect::postgres::blocker::span;
use crate::dialect::postgres::history::{self, Confirmation};
use crate::dialect::postgres::sync::legacy_counters;
use crate::migration::Migration;

pub(super) const NAME: &str = "writes";

/// How often the old release has written since expand; `None` where nothing counts that.
pub(in crate::apply) async fn legacy_writes(
    connection: &mut PgConnection,
    migration: &Migration,
) -> Result<Option<i64>, ApplyError> {
    let mut writes = None;
    for counter in legacy_counters(expand_statements(migration)) {
        if let Some(count) = history::legacy_writes(connection, &counter).await? {
            writes = Some(writes.unwrap_or(0) + count);
        }
    }
    Ok(writes)
}

/// `None` where there is no old form that anybody could write.
pub(super) async fn evidence(
    connection: &mut PgConnection,
    migration: &Migration,
    form: &OldForm,
    since: Option<&Confirmation>,
) -> Result<Option<Evidence>, ApplyError> {
    let Some(now) = legacy_writes(connection, migration).await? else {
        let words = "writes of the old form: no trigger counts them";
        return Ok((!form.is_empty()).then(|| Evidence::not_measured(NAME, words)));
    };
    if takes_a_name_over(migration) {
        let words = "writes of the old form: both releases write under the same name, which a trigger can't tell apart";
        return Ok(Some(Evidence::not_measured(NAME, words)));
    }
    let Some(since) = since else {
        let words = format!("writes of the old form are counted from the confirmation on; about {now} since expand");
        return Ok(Some(Evidence::not_measured(NAME, words)));
    };
    let Some(then) = since.legacy_writes else {
        let words = "how often the old form was written until the confirmation is not known: say `cargo schema confirm RELEASE` again";
        return Ok(Some(Evidence::not_measured(NAME, words)));
    };
    let (writes, age) = (now - then, span(since.age));
    Ok(Some(if writes == 0 {
        Evidence::open(NAME, format!("no write of the old form since the confirmation, {age} ago"))
    } else {
        Evidence::closed(
            NAME,
            format!(
                "{writes} writes of the old form since the confirmation, {age} ago: somebody still writes it. Stop that, say `cargo schema confirm RELEASE` again, then run `cargo schema contract`"
            ),
        )
    }))
}
