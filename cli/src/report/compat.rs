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

/// As in `queries: 42 of release N (v41) and 43 of release N+1 tried: 1 fails, 2 depend on values`; nothing where there is
/// no query.
pub(crate) fn summary(told: &Told) -> Option<String> {
    let tried = told.shown.tried.iter().filter(|(_, tried)| **tried > 0);
    let tried: Vec<String> = tried.map(|(release, tried)| format!("{tried} of release {release}")).collect();
    let silent = told.shown.untried.len() + told.unread.len();
    if tried.is_empty() && silent == 0 {
        return None;
    }
    let silent = if silent == 0 { String::new() } else { format!(", {silent} not tried or not read") };
    let mut classes: Vec<(&str, usize)> = Vec::new();
    for finding in &told.shown.findings {
        match classes.iter_mut().find(|(class, _)| *class == finding.class.as_str()) {
            Some((_, count)) => *count += 1,
            None => classes.push((finding.class.as_str(), 1)),
        }
    }
    let found = match classes.is_empty() {
        true => "all of these work wherever their release is alive".to_owned(),
        false => classes.iter().map(|(class, count)| format!("{count} × {class}")).collect::<Vec<_>>().join(", "),
    };
    let old = match &told.old {
        ReleaseN::Unknown(_) => "; release N was not tried".to_owned(),
        known => format!(" (release N is {})", release_n(known)),
    };
    let tried = if tried.is_empty() { "none".to_owned() } else { tried.join(" and ") };
    Some(format!("queries: {tried} tried{silent}{old}: {found}; `cargo schema compat` tells more"))
}

/// What is taken for release N.
fn release_n(old: &ReleaseN) -> String {
    match old {
        ReleaseN::Named(revision) => revision.clone(),
        ReleaseN::Recorded { release, commit } => format!("{release}, which was confirmed last, commit {commit}"),
        ReleaseN::Unknown(why) => why.clone(),
    }
}

fn head(told: &Told) -> String {
    let migrations = told.migrations.join(", ");
    match &told.old {
        ReleaseN::Unknown(_) => format!("{migrations}: release N+1 (the working tree)"),
        known => format!("{migrations}: from release N ({}) to release N+1 (the working tree)", release_n(known)),
    }
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
