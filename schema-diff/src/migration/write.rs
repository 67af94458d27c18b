//! Writes the steps of a phase as its file.

use crate::statement::{Backfill, Body, ScriptStep, Statement, TriggerMode, one_line};

/// What stands in the key's place where a backfill goes block by block.
pub(super) const NO_KEY: &str = "none, block by block";

/// What stands behind a consent.
pub(super) const UNLESS: &str = ", unless the count is 0";

/// The text of a phase's file; empty where the phase has no step.
pub fn write(steps: &[ScriptStep]) -> String {
    steps.iter().map(step).collect::<Vec<_>>().join("\n")
}

fn step(step: &ScriptStep) -> String {
    let mut text = format!("--! step {}: {}\n", step.number, one_line(&step.title));
    if let Some(part) = step.part {
        text.push_str(&format!("--! part: {}\n", part.as_str()));
    }
    match &step.body {
        Body::Gate(gate) => {
            text.push_str("--! gate: the count must be 0\n");
            text.push_str(&hazards(step));
            text.push_str(&sql(&gate.count));
            for (name, statement) in gate.sections() {
                text.push_str(&format!("--! {name}:\n{}", sql(statement)));
            }
        }
        Body::Consent(consent) => {
            text.push_str(&format!("--! consent: {}{UNLESS}\n", consent.flag));
            text.push_str(&format!("--! done when: {}\n", step.done_when));
            text.push_str(&sql(&consent.query));
        }
        Body::Backfill(backfill) => {
            text.push_str(&claims(step));
            text.push_str(&backfill_lines(backfill));
            text.push_str(&hazards(step));
            for (name, statement) in sections(backfill) {
                text.push_str(&format!("--! {name}:\n{}", sql(statement)));
            }
        }
        Body::Statements(statements) => {
            text.push_str(&claims(step));
            text.push_str(&format!("--! done when: {}\n", step.done_when));
            text.push_str(&hazards(step));
            statements.iter().for_each(|statement| text.push_str(&sql(statement)));
        }
    }
    text
}

fn claims(step: &ScriptStep) -> String {
    let locks: Vec<String> = step.locks.iter().map(ToString::to_string).collect();
    let locks = if locks.is_empty() { "none".to_owned() } else { locks.join(", ") };
    let blocks = step.strongest_lock().map_or("nothing", |mode| mode.blocks());
    let transaction = match (&step.body, step.transaction) {
        (Body::Backfill(_), _) => "per batch",
        (_, true) => "yes",
        (_, false) => "no",
    };
    format!(
        "--! lock: {locks}   blocks: {blocks}   work: {}   transaction: {transaction}\n--! lock_timeout: {}   statement_timeout: {}\n",
        step.work.as_str(),
        step.lock_timeout,
        step.statement_timeout
    )
}

fn backfill_lines(backfill: &Backfill) -> String {
    let columns: Vec<String> = backfill.key.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
    let key = if columns.is_empty() { NO_KEY.to_owned() } else { columns.join(", ") };
    let triggers = match backfill.triggers {
        TriggerMode::Silent => "silent",
        TriggerMode::Fire => "fire",
    };
    format!("--! backfill: {}   key: {key}   triggers: {triggers}\n", backfill.table)
}

fn sections(backfill: &Backfill) -> impl Iterator<Item = (&'static str, &Statement)> {
    let range = backfill.range.iter().map(|range| ("range", range));
    range.chain([("batch", &backfill.batch), ("straggler", &backfill.straggler), ("remaining", &backfill.remaining)])
}

/// Hazards are for people: comments, which the checksum passes over.
fn hazards(step: &ScriptStep) -> String {
    step.hazards.iter().map(|hazard| format!("-- hazard {}\n", one_line(hazard))).collect()
}

fn sql(statement: &Statement) -> String {
    format!("{};\n", statement.sql)
}
