//! Where every migration stands, for people and for programs.

use schema_diff::apply::{MigrationStatus, Status};
use schema_diff::dialect::postgres::history::MigrationState;

use super::style::{ADDED, FAINT, HAZARD, HEAD, REMOVED, styled};

pub(crate) fn text(status: &Status) {
    if let Some(runner) = &status.runner {
        anstream::println!("at work: {runner}");
    }
    if status.migrations.is_empty() {
        anstream::println!("no migrations");
    }
    for migration in &status.migrations {
        show(migration);
    }
}

fn show(migration: &MigrationStatus) {
    let style = match migration.state {
        MigrationState::Done => ADDED,
        MigrationState::Open => HAZARD,
        _ => HEAD,
    };
    anstream::println!(
        "{} {}_{}",
        styled(style, &format!("{:12}", words(migration.state))),
        migration.version,
        migration.name
    );
    if migration.edited {
        anstream::println!("             {}", styled(REMOVED, "its files are not what was applied"));
    }
    if !matches!(migration.state, MigrationState::Done | MigrationState::RolledBack | MigrationState::Pending) {
        details(migration);
    }
}

fn details(migration: &MigrationStatus) {
    let done = migration.steps.iter().filter(|step| step.state == "done" && step.phase != "undo").count();
    anstream::println!("             {done} of {} steps done", migration.step_count);
    for step in migration.steps.iter().filter(|step| step.state != "done") {
        anstream::println!("             {} {} {}: {}", step.phase, step.step, step.state, step.title);
        if step.rows_done > 0 {
            anstream::println!("               {} rows filled", step.rows_done);
        }
        if let Some(waiting) = &step.waiting {
            anstream::println!("               waiting for {waiting}");
        }
        if let Some(error) = &step.error {
            anstream::println!("               {}", styled(REMOVED, error));
        }
    }
    for evidence in &migration.evidence {
        let mark = if evidence.open { styled(ADDED, "open  ") } else { styled(HAZARD, "closed") };
        anstream::println!("             gate {mark} {}", evidence.words);
    }
    if let Some(writes) = migration.legacy_writes {
        anstream::println!(
            "             {}",
            styled(FAINT, &format!("writes of the old form since expand: about {writes}"))
        );
    }
}

fn words(state: MigrationState) -> &'static str {
    match state {
        MigrationState::Running => "begun",
        other => other.as_str(),
    }
}

pub(crate) fn json(status: &Status) -> serde_json::Value {
    let one = |migration: &MigrationStatus| {
        serde_json::json!({
            "version": migration.version,
            "name": migration.name,
            "state": migration.state.as_str(),
            "edited": migration.edited,
            "release": migration.record.as_ref().and_then(|record| record.release.clone()),
            "all_phases": migration.record.as_ref().is_some_and(|record| record.all_phases),
            "legacy_writes": migration.legacy_writes,
            "steps": migration.steps.iter().map(|step| serde_json::json!({
                "phase": step.phase, "step": step.step, "title": step.title, "state": step.state,
                "attempts": step.attempts, "position": step.position, "rows": step.rows_done, "error": step.error,
            })).collect::<Vec<_>>(),
            "gate": migration.evidence.iter().map(|evidence| serde_json::json!({
                "name": evidence.name, "open": evidence.open, "words": evidence.words,
            })).collect::<Vec<_>>(),
        })
    };
    serde_json::json!({
        "runner": status.runner.as_ref().map(ToString::to_string),
        "migrations": status.migrations.iter().map(one).collect::<Vec<_>>(),
    })
}
