//! The counts of the migration's own gates, taken on the server: rows in which both forms disagree, rows that violate
//! what the contract adds.

use sqlx::PgConnection;

use super::Evidence;
use crate::apply::error::ApplyError;
use crate::apply::locate;
use crate::dialect::postgres::session::count;
use crate::migration::Migration;
use crate::statement::Body;

pub(super) async fn evidence(
    connection: &mut PgConnection,
    migration: &Migration,
) -> Result<Vec<Evidence>, ApplyError> {
    let mut evidence = Vec::new();
    for gate in migration.gates() {
        let Body::Gate(query) = &gate.body else { continue };
        let found = count(connection, &query.sql)
            .await
            .map_err(|error| locate::failure(&error, &migration.file(gate.phase), query, &gate.title))?;
        let file = migration.file(gate.phase);
        let words = if found == 0 {
            format!("{}: 0", gate.title)
        } else {
            format!(
                "{}: {found} (the query stands in {}:{}); repair these rows, then run `cargo schema contract` again",
                gate.title,
                file.display(),
                query.line
            )
        };
        evidence.push(Evidence { name: "rows", open: found == 0, words });
    }
    Ok(evidence)
}
