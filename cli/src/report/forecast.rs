//! What a migration will cost, in a few lines.

use std::time::Duration;

use indicatif::{HumanBytes, HumanCount, HumanDuration};
use schema_diff::apply::forecast::Forecast;

/// The lines; none where nothing that exists is touched.
pub(crate) fn lines(forecast: &Forecast) -> Vec<String> {
    let mut lines = Vec::new();
    for (table, fill) in &forecast.fills {
        lines.push(format!(
            "{table}: about {} rows to fill in {} batches, {}; {} of WAL, {} more space",
            count(fill.rows),
            count(fill.batches),
            time(fill.seconds),
            bytes(fill.wal_bytes),
            bytes(fill.space_bytes)
        ));
    }
    if forecast.seconds_of_scans >= 1.0 {
        lines.push(format!("scans and index builds, which block nobody: {}", time(forecast.seconds_of_scans)));
    }
    let locks: Vec<String> = forecast.strong_locks.iter().map(|(phase, steps)| format!("{steps} in {phase}")).collect();
    if !locks.is_empty() {
        lines.push(format!(
            "strong locks: {}, each asked for 100 ms at a time and held for milliseconds",
            locks.join(", ")
        ));
    }
    lines
}

/// The same for programs.
pub(crate) fn json(forecast: &Forecast) -> serde_json::Value {
    let fill = |(table, fill): &(schema_diff::model::QualifiedName, schema_diff::estimate::FillEstimate)| {
        serde_json::json!({
            "table": table.to_string(), "rows": fill.rows, "batches": fill.batches, "seconds": fill.seconds,
            "wal_bytes": fill.wal_bytes, "space_bytes": fill.space_bytes,
        })
    };
    serde_json::json!({
        "fills": forecast.fills.iter().map(fill).collect::<Vec<_>>(),
        "seconds_of_scans": forecast.seconds_of_scans,
        "strong_locks": forecast.strong_locks.iter().map(|(phase, steps)| (phase.to_string(), *steps)).collect::<std::collections::BTreeMap<_, _>>(),
    })
}

fn count(number: i64) -> String {
    HumanCount(u64::try_from(number).unwrap_or(0)).to_string()
}

fn bytes(number: i64) -> String {
    HumanBytes(u64::try_from(number).unwrap_or(0)).to_string()
}

fn time(seconds: f64) -> String {
    if seconds < 1.0 {
        "less than a second".to_owned()
    } else {
        HumanDuration(Duration::from_secs_f64(seconds)).to_string()
    }
}
