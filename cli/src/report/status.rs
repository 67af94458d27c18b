//! Where every migration stands, for people and for programs.

use std::fmt::Write;
use std::time::Duration;

use indicatif::HumanDuration;
use schema_diff::apply::gate::{Counted, Finding};
use schema_diff::apply::{MigrationStatus, Mismatch, Status, Verified};
use schema_diff::dialect::postgres::history::waiver::WaiverRecord;
use schema_diff::dialect::postgres::history::{Grace, MigrationRecord, MigrationState, StepRecord};

use super::releases;
use super::style::{ADDED, FAINT, HAZARD, HEAD, REMOVED, styled};

/// Under the state, which stands in front.
const INDENT: &str = "             ";

/// The status as text; `verbose` with what is over: earlier attempts, and what was settled by hand.
pub(crate) fn text(status: &Status, verbose: bool) -> String {
    let mut lines = Vec::new();
    let at_work = status.runner.is_some() && !status.runner_is_gone;
    if let Some(runner) = &status.runner {
        lines.push(if status.runner_is_gone {
            format!("gone without an end: {runner}; run the same command again, it goes on where that one stopped")
        } else {
            format!("at work: {runner}")
        });
    }
    let control = &status.control;
    if control.paused {
        let (who, when) = (&control.changed_by, &control.changed_at);
        lines.push(format!("backfills are paused since {when} by {who}: `cargo schema resume` lets them go on"));
    } else if let Some(rate) = control.rate {
        lines.push(format!("backfills fill {rate} rows per second at most, by {}", control.changed_by));
    }
    lines.extend(releases::lines(status));
    for invalid in &status.invalid_indexes {
        let what = match invalid.builder {
            Some(pid) => format!("is being built by process {pid}"),
            None => "is INVALID and nobody builds it: the migration that makes it builds it anew; one of no migration can be dropped (DROP INDEX CONCURRENTLY)".to_owned(),
        };
        lines.push(styled(HAZARD, &format!("index {} of {} {what}", invalid.index, invalid.table)));
    }
    if status.migrations.is_empty() {
        lines.push("no migrations".to_owned());
    }
    for migration in &status.migrations {
        show(migration, at_work, verbose, &mut lines);
    }
    let mut text = String::new();
    for line in lines {
        // Writing into a String can't fail.
        let _ = writeln!(text, "{line}");
    }
    text
}

fn show(migration: &MigrationStatus, at_work: bool, verbose: bool, lines: &mut Vec<String>) {
    let style = match migration.state {
        MigrationState::Done => ADDED,
        MigrationState::Open | MigrationState::InGrace => HAZARD,
        _ => HEAD,
    };
    let state = styled(style, &format!("{:12}", words(migration.state)));
    lines.push(format!("{state} {}_{}", migration.version, migration.name));
    if let Some(mismatch) = migration.mismatch.as_ref().map(mismatch) {
        lines.push(format!("{INDENT}{}", styled(REMOVED, &mismatch)));
    }
    let has_begun = migration.steps.iter().any(|step| step.state != "done");
    if migration.state.is_open() || (has_begun && migration.state == MigrationState::Pending) {
        details(migration, at_work, lines);
    }
    if verbose {
        history(migration, lines);
    }
}

fn mismatch(mismatch: &Mismatch) -> String {
    match mismatch {
        Mismatch::Missing => "its folder isn't here".to_owned(),
        Mismatch::Edited(edited) => edited.to_string(),
    }
}

fn details(migration: &MigrationStatus, at_work: bool, lines: &mut Vec<String>) {
    let phases = migration.phases.iter().map(|(phase, done, all)| format!("{phase} {done} of {all}"));
    lines.push(format!("{INDENT}{} steps done", phases.collect::<Vec<_>>().join(", ")));
    for step in migration.steps.iter().filter(|step| step.state != "done") {
        let state = if step.state == "running" && !at_work { "stopped" } else { &step.state };
        lines.push(format!("{INDENT}{} {} {state}: {}", step.phase, step.step, step.title));
        if step.rows_done > 0 || step.rows_total.is_some() {
            lines.push(format!("{INDENT}  {}", progress(step, at_work)));
        }
        if let Some(waiting) = step.waiting.as_ref().filter(|_| at_work) {
            lines.push(format!("{INDENT}  waiting for {waiting}"));
        }
        if let Some(error) = &step.error {
            lines.extend(error.lines().map(|line| format!("{INDENT}  {}", styled(REMOVED, line))));
        }
    }
    if migration.failures > 0 {
        let rows = format!("{} rows could not be filled; they stand in public._schema_failures", migration.failures);
        lines.push(format!("{INDENT}{}", styled(REMOVED, &rows)));
    }
    if let Some(grace) = grace(migration) {
        let then = if grace.is_over {
            format!("set aside until {}: `cargo schema contract` drops it", grace.until)
        } else {
            format!(
                "set aside: `cargo schema rollback` brings it back; `cargo schema contract` drops it from {} on",
                grace.until
            )
        };
        lines.push(format!("{INDENT}{}", styled(HAZARD, &then)));
    }
    for evidence in &migration.evidence {
        let style = match evidence.finding {
            Finding::Open => ADDED,
            Finding::Closed => HAZARD,
            Finding::NotMeasured => FAINT,
        };
        let mark = styled(style, &format!("{:12}", evidence.finding));
        let words = evidence.words.replace('\n', &format!("\n{INDENT}  "));
        lines.push(format!("{INDENT}gate {mark} {}: {words}", evidence.name));
    }
    lines.extend(migration.waivers.iter().map(|waiver| format!("{INDENT}{}", waived(waiver))));
    if let Some(writes) = migration.legacy_writes {
        lines.push(format!(
            "{INDENT}{}",
            styled(FAINT, &format!("writes of the old form since expand: about {writes}"))
        ));
    }
}

fn waived(waiver: &WaiverRecord) -> String {
    let WaiverRecord { evidence, reason, waived_by, waived_at, .. } = waiver;
    format!("{evidence} was waived by {waived_by} at {waived_at}: {reason}")
}

/// Until when what went is set aside, where it is.
fn grace(migration: &MigrationStatus) -> Option<&Grace> {
    let record = migration.record.as_ref().filter(|record| record.state == MigrationState::InGrace);
    record.and_then(|record| record.grace.as_ref())
}

/// How far a backfill is, and how long it will take.
fn progress(step: &StepRecord, at_work: bool) -> String {
    let mut text = format!("{} rows filled", step.rows_done);
    let Some(total) = step.rows_total.map(|total| total.max(step.rows_done)) else { return text };
    let left = total - step.rows_done;
    let percent = if total > 0 { 100.0 * step.rows_done as f64 / total as f64 } else { 100.0 };
    text = format!("{text} of about {total} ({percent:.0} %), {left} left");
    if let Some(rate) = step.rate.filter(|rate| at_work && *rate > 0.1) {
        let seconds = HumanDuration(Duration::from_secs_f64(left as f64 / rate));
        text.push_str(&format!(", {rate:.0} rows/s, {seconds} to go"));
    }
    text
}

fn history(migration: &MigrationStatus, lines: &mut Vec<String>) {
    let newest = migration.record.iter();
    for record in migration.earlier.iter().chain(newest) {
        lines.push(format!("{INDENT}{}", styled(FAINT, &attempt(record))));
    }
    for one in &migration.resolutions {
        let what = one.step.as_deref().unwrap_or("all of it");
        let forced = if one.forced { ", by force" } else { "" };
        let line = format!(
            "{what} marked as {} by {} at {}{forced}: {}",
            one.state, one.resolved_by, one.resolved_at, one.reason
        );
        lines.push(format!("{INDENT}{}", styled(FAINT, &line)));
    }
    for waiver in migration.waivers.iter().filter(|_| !migration.state.is_open()) {
        lines.push(format!("{INDENT}{}", styled(FAINT, &waived(waiver))));
    }
}

fn attempt(record: &MigrationRecord) -> String {
    let until = record.finished_at.as_ref().map_or_else(String::new, |at| format!(" at {at}"));
    let release = record.release.as_ref().map_or_else(String::new, |release| format!(", release {release}"));
    format!(
        "attempt {}: begun at {} by {}, {}{until}{release}",
        record.attempt,
        record.started_at,
        record.applied_by,
        record.state.as_str()
    )
}

fn words(state: MigrationState) -> &'static str {
    match state {
        MigrationState::Running => "begun",
        other => other.as_str(),
    }
}

/// What was counted in open migrations.
pub(crate) fn verified(verified: &[Verified]) -> String {
    let mut text = String::new();
    for one in verified {
        for counted in &one.counted {
            let style = if counted.found == 0 { ADDED } else { REMOVED };
            let sampled = counted.sampled.map(|rows| format!(" among {rows} chosen at random")).unwrap_or_default();
            let listed = counted.listed();
            let line = format!("{}: {}: {}{sampled}{listed}", one.migration, counted.title, counted.found);
            let _ = writeln!(text, "{}", styled(style, &line));
        }
    }
    if text.is_empty() {
        text.push_str("nothing to verify: no migration has both forms\n");
    }
    text
}

/// The same for programs.
fn verified_json(verified: &[Verified]) -> serde_json::Value {
    let counted = |one: &Counted| serde_json::json!({ "title": one.title, "found": one.found, "sampled": one.sampled, "rows": one.rows });
    let one = |one: &Verified| serde_json::json!({ "migration": one.migration, "counted": one.counted.iter().map(counted).collect::<Vec<_>>() });
    verified.iter().map(one).collect()
}

/// The same for programs, in one document with what was counted, where that was asked for.
pub(crate) fn json(status: &Status, verified: Option<&[Verified]>) -> serde_json::Value {
    serde_json::json!({
        "verified": verified.map(verified_json),
        "runner": status.runner.as_ref().map(ToString::to_string),
        "runner_is_gone": status.runner_is_gone,
        "paused": status.control.paused,
        "rate_limit": status.control.rate,
        "release": status.release.as_ref().map(releases::release_json),
        "instances": status.instances.iter().map(releases::instance_json).collect::<Vec<_>>(),
        "invalid_indexes": status.invalid_indexes.iter().map(|one| serde_json::json!({
            "index": one.index, "table": one.table, "built_by": one.builder,
        })).collect::<Vec<_>>(),
        "migrations": status.migrations.iter().map(migration_json).collect::<Vec<_>>(),
    })
}

fn migration_json(migration: &MigrationStatus) -> serde_json::Value {
    serde_json::json!({
        "version": migration.version,
        "name": migration.name,
        "state": migration.state.as_str(),
        "mismatch": migration.mismatch.as_ref().map(mismatch),
        "release": migration.record.as_ref().and_then(|record| record.release.clone()),
        "all_phases": migration.record.as_ref().is_some_and(|record| record.all_phases),
        "legacy_writes": migration.legacy_writes,
        "grace": grace(migration).map(|grace| serde_json::json!({ "until": grace.until, "is_over": grace.is_over })),
        "phases": migration.phases.iter().map(|(phase, done, all)| serde_json::json!({
            "phase": phase.as_str(), "done": done, "steps": all,
        })).collect::<Vec<_>>(),
        "steps": migration.steps.iter().map(step_json).collect::<Vec<_>>(),
        "failed_rows": migration.failures,
        "gate": migration.evidence.iter().map(|evidence| serde_json::json!({
            "name": evidence.name, "open": evidence.lets_pass(), "finding": evidence.finding.as_str(), "words": evidence.words,
        })).collect::<Vec<_>>(),
        "waivers": migration.waivers.iter().map(|one| serde_json::json!({
            "attempt": one.attempt, "evidence": one.evidence, "finding": one.finding, "reason": one.reason,
            "by": one.waived_by, "at": one.waived_at,
        })).collect::<Vec<_>>(),
        "earlier_attempts": migration.earlier.iter().map(|record| serde_json::json!({
            "attempt": record.attempt, "state": record.state.as_str(), "begun": record.started_at,
            "ended": record.finished_at, "by": record.applied_by,
        })).collect::<Vec<_>>(),
        "resolutions": migration.resolutions.iter().map(|one| serde_json::json!({
            "attempt": one.attempt, "step": one.step, "state": one.state, "reason": one.reason, "forced": one.forced,
            "by": one.resolved_by, "at": one.resolved_at,
        })).collect::<Vec<_>>(),
    })
}

fn step_json(step: &StepRecord) -> serde_json::Value {
    let left = step.rows_total.map(|total| (total - step.rows_done).max(0));
    let rate = step.rate.filter(|rate| *rate > 0.1);
    serde_json::json!({
        "phase": step.phase, "step": step.step, "title": step.title, "state": step.state, "attempts": step.attempts,
        "position": step.position, "rows": step.rows_done, "rows_total": step.rows_total, "rows_left": left,
        "rate": step.rate, "seconds_left": left.zip(rate).map(|(left, rate)| left as f64 / rate),
        "waiting": step.waiting, "updated_seconds_ago": step.silent_for, "error": step.error,
    })
}
