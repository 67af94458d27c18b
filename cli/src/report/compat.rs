//! What `compat` found.

use schema_diff::proof::{CompatFinding, Untried};

use super::style::{ADDED, FAINT, REMOVED, styled};
use crate::args::Global;
use crate::command::compat::{ReleaseN, Told};

/// So much of a query is shown.
const SHOWN: usize = 100;

pub(crate) fn show(global: &Global, told: &Told) {
    anstream::println!("{}", head(told));
    for (release, tried) in &told.shown.tried {
        let untried = told.shown.untried.iter().filter(|one| one.release == *release).count();
        let unread = told.unread.iter().filter(|(of, _)| of == release).count();
        anstream::println!("release {release}: {tried} queries tried, {untried} not tried, {unread} not read");
    }
    told.shown.findings.iter().for_each(finding);
    for Untried { release, position, why } in &told.shown.untried {
        anstream::println!("{} {position} (release {release}): {why}", styled(FAINT, "not tried:"));
    }
    for (release, unread) in &told.unread {
        anstream::println!("{} {} (release {release}): {}", styled(FAINT, "not read:"), unread.position, unread.why);
    }
    for gap in &told.shown.gaps {
        anstream::println!("{} {gap}", styled(FAINT, "not shown:"));
    }
    after_contract(global, &told.shown.after_contract);
    if let ReleaseN::Unknown(why) = &told.old {
        let what = format!("release N was not tried: {why}; name its revision with --release-ref");
        anstream::println!("{}", styled(FAINT, &what));
    }
    if told.shown.findings.is_empty() {
        anstream::println!("{}", styled(ADDED, "every query that was tried works wherever its release is alive"));
    }
}

fn head(told: &Told) -> String {
    let migrations = told.migrations.join(", ");
    let release_n = match &told.old {
        ReleaseN::Named(revision) => revision.clone(),
        ReleaseN::Recorded { release, commit } => format!("{release}, which was confirmed last, commit {commit}"),
        ReleaseN::Unknown(_) => return format!("{migrations}: release N+1 (the working tree)"),
    };
    format!("{migrations}: from release N ({release_n}) to release N+1 (the working tree)")
}

fn finding(finding: &CompatFinding) {
    let when = match finding.from == finding.until {
        true => finding.from.to_string(),
        false => format!("{} until {}", finding.from, finding.until),
    };
    let place = format!("{} (release {}, {when})", finding.position, finding.release);
    anstream::println!("{} {place}", styled(REMOVED, &format!("{}:", finding.class)));
    anstream::println!("  {}", styled(FAINT, &one_line(&finding.query)));
    anstream::println!("  {}", finding.what);
    anstream::println!("  way out: {}", finding.way_out);
}

/// Why the old release must be gone before the contract.
fn after_contract(global: &Global, failing: &[CompatFinding]) {
    if failing.is_empty() {
        return;
    }
    let count = match failing.len() {
        1 => "1 query of release N fails".to_owned(),
        more => format!("{more} queries of release N fail"),
    };
    anstream::println!("after the contract {count}: it must be gone by then");
    if global.verbose {
        failing.iter().for_each(|one| anstream::println!("  {}: {}", one.position, one.what));
    }
}

fn one_line(query: &str) -> String {
    let line = query.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

pub(crate) fn json(told: &Told) -> serde_json::Value {
    let one = |finding: &CompatFinding| {
        serde_json::json!({
            "class": finding.class.as_str(),
            "release": finding.release,
            "file": finding.position.file,
            "line": finding.position.line,
            "column": finding.position.column,
            "from": finding.from.as_str(),
            "until": finding.until.as_str(),
            "query": finding.query,
            "what": finding.what,
            "way_out": finding.way_out,
        })
    };
    let silent = |release: &str, position: &schema_diff::model::Position, why: &str| {
        serde_json::json!({
            "release": release, "file": position.file, "line": position.line, "column": position.column, "why": why,
        })
    };
    serde_json::json!({
        "migrations": told.migrations,
        "release_ref": told.old.revision(),
        "release": release_name(&told.old),
        "tried": told.shown.tried,
        "findings": told.shown.findings.iter().map(one).collect::<Vec<_>>(),
        "after_contract": told.shown.after_contract.iter().map(one).collect::<Vec<_>>(),
        "not_tried": told.shown.untried.iter().map(|one| silent(&one.release, &one.position, &one.why)).collect::<Vec<_>>(),
        "not_read": told.unread.iter().map(|(release, one)| silent(release, &one.position, &one.why)).collect::<Vec<_>>(),
        "not_shown": told.shown.gaps,
    })
}

/// The name under which release N was recorded.
fn release_name(old: &ReleaseN) -> Option<&str> {
    match old {
        ReleaseN::Recorded { release, .. } => Some(release),
        ReleaseN::Named(_) | ReleaseN::Unknown(_) => None,
    }
}
