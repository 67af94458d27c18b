//! What the steps of a migration will cost on this database: shown by `diff`, before `apply`, and by `apply --dry-run`.

use std::collections::BTreeMap;

use schema_model::QualifiedName;
use sqlx::PgConnection;

use super::backfill::BackfillOptions;
use super::connection::Target;
use super::error::ApplyError;
use crate::dialect::postgres::statistics;
use crate::estimate::{FillEstimate, Speed, TableStatistics};
use crate::phase::Phase;
use crate::statement::{Body, ScriptStep, Work};

/// What the steps of a migration will cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forecast {
    /// The backfills, by table.
    pub fills: Vec<(QualifiedName, FillEstimate)>,
    /// Seconds for scans and index builds, which block nobody.
    pub seconds_of_scans: f64,
    /// Steps that take a lock for which readers or writers wait, by phase: each asks for it 100 ms at a time, and holds it
    /// for the catalog's work alone.
    pub strong_locks: BTreeMap<Phase, usize>,
}

/// Connects, and forecasts.
pub async fn forecast<'a>(
    target: &Target,
    steps: impl IntoIterator<Item = &'a ScriptStep>,
    options: &BackfillOptions,
) -> Result<Forecast, ApplyError> {
    let mut connection = target.connect("schema-diff forecast").await?;
    of_steps(&mut connection, steps, options).await
}

/// Forecasts the cost of steps. Tables that the steps themselves make cost nothing.
async fn of_steps<'a>(
    connection: &mut PgConnection,
    steps: impl IntoIterator<Item = &'a ScriptStep>,
    options: &BackfillOptions,
) -> Result<Forecast, ApplyError> {
    let speed = options.speed(statistics::calibration(connection).await?);
    let mut known: BTreeMap<QualifiedName, Option<TableStatistics>> = BTreeMap::new();
    let mut forecast = Forecast::default();
    for step in steps {
        let mut cost = 0.0_f64;
        for lock in &step.locks {
            if !known.contains_key(&lock.table) {
                known.insert(lock.table.clone(), statistics::of_table(connection, &lock.table).await?);
            }
            let Some(Some(table)) = known.get(&lock.table) else { continue };
            match (&step.body, step.work) {
                (Body::Backfill(_), _) => forecast.fills.push((lock.table.clone(), table.fill(speed))),
                (_, Work::Scan) => cost = cost.max(table.scan()),
                (_, Work::IndexBuild) => cost = cost.max(table.index_build()),
                (_, Work::None | Work::Batches | Work::Rewrite) => {}
            }
        }
        forecast.seconds_of_scans += cost;
        let existing = |table| matches!(known.get(table), Some(Some(_)));
        if step.locks.iter().any(|lock| lock.mode.is_strong() && existing(&lock.table)) {
            *forecast.strong_locks.entry(step.phase).or_default() += 1;
        }
    }
    Ok(forecast)
}

impl BackfillOptions {
    pub(super) fn speed(&self, calibration: f64) -> Speed {
        Speed {
            target: self.target,
            pause: self.pause,
            rate: self.rate,
            workers: self.workers,
            vacuum_after: self.vacuum_after,
            calibration,
        }
    }
}
