//! The plan: phases, each step with its lock, what it blocks, the work it does, and its hazards.

use schema_diff::apply::forecast::Forecast;
use schema_diff::dialect::postgres::render::render;
use schema_diff::draft::{Comparison, Written};
use schema_diff::phase::Phase;
use schema_diff::plan::group::Group;
use schema_diff::statement::{Body, Consent, ScriptStep, Statement};

use super::forecast;
use super::style::{FAINT, HAZARD, HEAD, styled};
use crate::args::Global;
use crate::project;

/// `forecasts` has one for each group, where there is a database to ask.
pub(crate) fn show(global: &Global, groups: &[Group], forecasts: &[Forecast], comparison: &Comparison) {
    if global.quiet || groups.is_empty() {
        return;
    }
    for (number, group) in groups.iter().enumerate() {
        let changes: Vec<String> = group.changes.iter().map(ToString::to_string).collect();
        anstream::println!("\n{}", styled(HEAD, &format!("migration {}: {}", number + 1, changes.join("; "))));
        for phase in Phase::ALL {
            let steps = render(phase, &group.steps);
            if !steps.is_empty() {
                anstream::println!("  {}", styled(HEAD, phase.as_str()));
                steps.iter().for_each(|step| show_step(global, step));
            }
        }
        if !group.alternatives.is_empty() {
            anstream::println!("  {}", styled(HEAD, "other ways"));
        }
        for choice in &group.alternatives {
            anstream::println!("    {}", choice.flag);
            anstream::println!("       {}", styled(FAINT, &choice.meaning));
        }
        let lines = forecasts.get(number).map(forecast::lines).unwrap_or_default();
        if !lines.is_empty() {
            anstream::println!("  {}", styled(HEAD, "expected on this database"));
            lines.iter().for_each(|line| anstream::println!("    {line}"));
        }
    }
    for (table, facts) in comparison.tables().iter().filter_map(|name| Some((name, comparison.facts.facts_of(name)?))) {
        for what in &facts.unmodelled {
            anstream::println!("{}", styled(HAZARD, &format!("note: {table}: {what} (not compared)")));
        }
    }
}

/// The folders that were written.
pub(crate) fn written(global: &Global, written: &Written) {
    for migration in &written.migrations {
        let steps = match migration.steps.len() {
            1 => "1 step".to_owned(),
            steps => format!("{steps} steps"),
        };
        let path = project::short(&migration.path);
        let proof = match migration.manifest.proof.as_deref() {
            Some("every phase") => "proven phase by phase on a scratch server",
            _ if migration.manifest.baseline => "proven on a scratch server",
            _ => "not proven",
        };
        super::say(global, &format!("wrote {} ({steps}, {proof})", path.display()));
        for gap in &migration.manifest.proof_gaps {
            super::say(global, &format!("  not proven: {gap}"));
        }
    }
}

fn show_step(global: &Global, step: &ScriptStep) {
    let part = step.part.map(|part| format!("{}: ", part.as_str())).unwrap_or_default();
    anstream::println!("    {}. {part}{}", step.number, step.title);
    anstream::println!("       {}", styled(FAINT, &claims(step)));
    for hazard in &step.hazards {
        anstream::println!("       {}", styled(HAZARD, &format!("hazard {hazard}")));
    }
    for statement in statements(&step.body) {
        let lines: Vec<&str> = statement.sql.lines().collect();
        let shown = if global.verbose { lines.len() } else { lines.len().min(3) };
        for line in &lines[..shown] {
            anstream::println!("         {line}");
        }
        if shown < lines.len() {
            let more = lines.len() - shown;
            let words = if more == 1 { "line (-v shows it)" } else { "lines (-v shows them)" };
            anstream::println!("         {}", styled(FAINT, &format!("… {more} more {words}")));
        }
    }
}

fn claims(step: &ScriptStep) -> String {
    if matches!(step.body, Body::Gate(_)) {
        return "gate: the count must be 0".to_owned();
    }
    let locks: Vec<String> = step.locks.iter().map(ToString::to_string).collect();
    let locks = if locks.is_empty() { "none".to_owned() } else { locks.join(", ") };
    let blocks = step.strongest_lock().map_or("nothing", |mode| mode.blocks());
    let transaction = match (&step.body, step.transaction) {
        (Body::Backfill(_), _) => "one per batch",
        (_, true) => "yes",
        (_, false) => "no",
    };
    format!("lock: {locks} · blocks: {blocks} · work: {} · transaction: {transaction}", step.work.as_str())
}

fn statements(body: &Body) -> Vec<&Statement> {
    match body {
        Body::Statements(statements) => statements.iter().collect(),
        Body::Backfill(backfill) => vec![&backfill.batch],
        Body::Gate(gate) => vec![&gate.count],
        Body::Consent(Consent { query, .. }) => vec![query],
    }
}

/// The same for programs.
pub(crate) fn json(groups: &[Group], forecasts: &[Forecast], comparison: &Comparison) -> serde_json::Value {
    let step = |step: &ScriptStep| {
        serde_json::json!({
            "phase": step.phase.as_str(),
            "part": step.part.map(|part| part.as_str()),
            "number": step.number,
            "title": step.title,
            "locks": step.locks.iter().map(|lock| serde_json::json!({
                "table": lock.table.to_string(), "view": lock.of_view, "mode": lock.mode.as_str(), "blocks": lock.mode.blocks(),
            })).collect::<Vec<_>>(),
            "work": step.work.as_str(),
            "transaction": step.transaction,
            "hazards": step.hazards,
            "statements": statements(&step.body).iter().map(|statement| statement.sql.as_str()).collect::<Vec<_>>(),
        })
    };
    let migrations: Vec<serde_json::Value> = groups
        .iter()
        .enumerate()
        .map(|(number, group)| {
            let steps: Vec<_> = Phase::ALL.into_iter().flat_map(|phase| render(phase, &group.steps)).collect();
            serde_json::json!({
                "changes": group.changes.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "steps": steps.iter().map(step).collect::<Vec<_>>(),
                "alternatives": group.alternatives.iter().map(|choice| serde_json::json!({
                    "flag": choice.flag, "meaning": choice.meaning,
                })).collect::<Vec<_>>(),
                "expected": forecasts.get(number).map(forecast::json),
            })
        })
        .collect();
    serde_json::json!({
        "pending": comparison.pending,
        "drift": comparison.aligned.drift,
        "undeclared": comparison.aligned.undeclared,
        "unmanaged_tables": comparison.aligned.unmanaged,
        "unmanaged_objects": comparison.aligned.unmanaged_objects,
        "migrations": migrations,
    })
}
