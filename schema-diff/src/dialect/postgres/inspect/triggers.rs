//! Triggers: facts that plans must respect; they are never declared and never dropped, but for our own.

use sqlx::Row;

use super::{InspectError, TablesByOid};
use crate::dialect::postgres::session::Reader;
use crate::inspection::Trigger;

pub(super) async fn read(reader: &mut Reader<'_>, tables: &mut TablesByOid) -> Result<(), InspectError> {
    for row in reader.all(include_str!("triggers.sql")).await? {
        let Some((_, facts)) = tables.get_mut(&row.try_get("table_oid")?) else { continue };
        let bits: i32 = row.try_get("type")?;
        facts.triggers.push(Trigger {
            name: row.try_get("name")?,
            for_each_row: bits & 1 != 0,
            before: bits & 2 != 0,
            on_insert: bits & 4 != 0,
            on_update: bits & 16 != 0,
            enabled: row.try_get::<String, _>("enabled")?.chars().next().unwrap_or('O'),
            body: row.try_get("body")?,
            definition: row.try_get("definition")?,
        });
    }
    for (_, facts) in tables.values_mut() {
        // The server fires triggers in the byte order of their names, whatever the collation of this query.
        facts.triggers.sort_by(|a, b| a.name.as_bytes().cmp(b.name.as_bytes()));
    }
    Ok(())
}
