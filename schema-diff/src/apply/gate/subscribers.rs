//! Logical replication that carries the old form: those at the other end would miss it, or stop.

use std::collections::BTreeSet;

use schema_model::split_dotted;
use sqlx::PgConnection;

use super::old_form::contract_names;
use super::{Evidence, OldForm};
use crate::apply::error::ApplyError;
use crate::dialect::postgres::evidence::subscribers::{publications, slots, subscriptions};
use crate::migration::Migration;

pub(super) const NAME: &str = "subscribers";

pub(super) async fn evidence(
    connection: &mut PgConnection,
    migration: &Migration,
    form: &OldForm,
) -> Result<Evidence, ApplyError> {
    let mut found = BTreeSet::new();
    for (table, column) in form.parts() {
        let what = column.map_or_else(|| table.to_string(), |column| format!("{table}.{column}"));
        let carrying = publications(connection, table, column).await?;
        // The contract itself may change a publication's list of columns.
        let left = carrying.into_iter().filter(|name| {
            let bare = split_dotted(name.strip_prefix("publication ").unwrap_or(name)).concat();
            !contract_names(migration, &bare)
        });
        found.extend(left.map(|name| format!("{name} carries {what}")));
        found.extend(subscriptions(connection, table).await?.into_iter().map(|name| format!("{name} writes {table}")));
    }
    found.extend(slots(connection).await?.into_iter().map(|name| format!("{name} carries every table")));
    if found.is_empty() {
        return Ok(Evidence::open(NAME, "no publication, subscription or replication slot carries the old form"));
    }
    let listed: String = found.iter().map(|one| format!("\n  {one}")).collect();
    Ok(Evidence::closed(
        NAME,
        format!(
            "logical replication carries the old form:{listed}\nlet the other end do without it first and take it out of the publication (from PostgreSQL 15 on by a list of columns), or waive this if the other end doesn't need it"
        ),
    ))
}
