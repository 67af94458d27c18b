//! The counts of the migration's own gates, taken on the server: rows in which both forms disagree, rows that violate
//! what the contract adds.

use sqlx::PgConnection;

use super::Evidence;
use crate::apply::error::ApplyError;
use crate::apply::locate;
use crate::dialect::postgres::rows::first_rows;
use crate::dialect::postgres::session::{self, count};
use crate::migration::Migration;
use crate::statement::{Body, Gate, ScriptStep, Statement};

const NAME: &str = "rows";

/// As many rows as one reads.
const SHOWN: usize = 5;

/// What a gate counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// What is counted.
    pub title: String,
    /// How many there are.
    pub found: i64,
    /// The rows that were looked at, where that was a sample.
    pub sampled: Option<i64>,
    /// The first of them, with key and both values.
    pub rows: Vec<String>,
    /// Whether `repair` can bring them back in step.
    pub repairable: bool,
}

impl Counted {
    /// The first rows, a line each, and how many more there are.
    pub fn listed(&self) -> String {
        let mut text: String = self.rows.iter().map(|row| format!("\n  {row}")).collect();
        let shown = i64::try_from(self.rows.len()).unwrap_or(0);
        if shown > 0 && self.found > shown {
            text.push_str(&format!("\n  and {} more", self.found - shown));
        }
        text
    }
}

pub(super) async fn evidence(
    connection: &mut PgConnection,
    migration: &Migration,
) -> Result<Vec<Evidence>, ApplyError> {
    let mut evidence = Vec::new();
    for step in migration.gates() {
        let Body::Gate(gate) = &step.body else { continue };
        let counted = counted(connection, migration, step, gate).await?;
        let (title, found) = (&counted.title, counted.found);
        if found == 0 {
            evidence.push(Evidence::open(NAME, format!("{title}: 0")));
            continue;
        }
        let (file, line) = (migration.file(step.phase), gate.count.line);
        let cure = if counted.repairable {
            format!(
                "`cargo schema repair {} --from old --dry-run` (or --from new) shows what would put them right; then run `cargo schema contract` again",
                migration.version
            )
        } else {
            "repair these rows, then run `cargo schema contract` again".to_owned()
        };
        let words =
            format!("{title}: {found} (the query stands in {}:{line}){}\n{cure}", file.display(), counted.listed());
        evidence.push(Evidence::closed(NAME, words));
    }
    Ok(evidence)
}

/// Counts, and shows the first rows where there are any.
pub(in crate::apply) async fn counted(
    connection: &mut PgConnection,
    migration: &Migration,
    step: &ScriptStep,
    gate: &Gate,
) -> Result<Counted, ApplyError> {
    let located = |error: &sqlx::Error, query: &Statement| {
        locate::failure(error, &migration.file(step.phase), query, &step.title)
    };
    let found = count(connection, &gate.count.sql).await.map_err(|error| located(&error, &gate.count))?;
    let rows = match &gate.rows {
        Some(rows) if found > 0 => {
            first_rows(connection, &rows.sql, SHOWN).await.map_err(|error| located(&error, rows))?
        }
        _ => Vec::new(),
    };
    let repairable = gate.from_old.is_some() || gate.from_new.is_some();
    Ok(Counted { title: step.title.clone(), found, sampled: None, rows, repairable })
}

/// Looks at some of the table's pages, chosen at random; `None` where the gate has no query for that.
pub(in crate::apply) async fn sampled(
    connection: &mut PgConnection,
    migration: &Migration,
    (step, gate): (&ScriptStep, &Gate),
    pages: u32,
) -> Result<Option<Counted>, ApplyError> {
    let Some(sample) = &gate.sample else { return Ok(None) };
    let (looked_at, found) = session::sample(connection, &sample.sql, pages)
        .await
        .map_err(|error| locate::failure(&error, &migration.file(step.phase), sample, &step.title))?;
    let repairable = gate.from_old.is_some() || gate.from_new.is_some();
    Ok(Some(Counted { title: step.title.clone(), found, sampled: Some(looked_at), rows: Vec::new(), repairable }))
}
