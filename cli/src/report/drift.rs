//! Drift, object by object: what was expected and what is there.

use schema_diff::draft::{Drift, DriftItem};
use schema_diff::migration::Settles;
use similar::{ChangeTag, TextDiff};

use super::style::{ADDED, FAINT, HEAD, REMOVED, styled};
use crate::args::Global;

pub(crate) fn show(global: &Global, drift: &Drift) {
    if global.quiet {
        return;
    }
    drift.items.iter().for_each(item);
    for (folders, words) in [
        (&drift.open, "open, and taken to its end for this comparison"),
        (&drift.pending, "not applied, and not expected"),
    ] {
        folders.iter().for_each(|folder| anstream::println!("{}", styled(FAINT, &format!("{folder}: {words}"))));
    }
    match drift.items.len() {
        0 => anstream::println!("no drift: everything is as the applied migrations leave it"),
        count => anstream::println!(
            "{count} {} not what the applied migrations leave behind. Lines with - are what was expected, lines with + are what is there.\nTo keep one, everywhere: cargo schema drift --adopt OBJECT\nTo be rid of it:         cargo schema drift --revert OBJECT\nEither writes a migration; `all` means every object.",
            if count == 1 { "object is" } else { "objects are" }
        ),
    }
}

/// What is to be done with the migration that was written.
pub(crate) fn next(way: Settles) -> &'static str {
    match way {
        Settles::Adopted => {
            "next: read it, declare in the structs what is new (`cargo schema pull` edits them), commit it all with schema.lock, then `cargo schema apply`: it is recorded where it is there already, and made where it isn't"
        }
        Settles::Reverted => {
            "next: read it, commit it, then `cargo schema apply`: it is run where the drift is, and recorded where it isn't"
        }
    }
}

fn item(item: &DriftItem) {
    let state = match &item.migration {
        Some(folder) => format!("{}, last touched by {folder}", state(item)),
        None => state(item).to_owned(),
    };
    let drifted = &item.drifted;
    anstream::println!("{} {state}", styled(HEAD, &format!("@@ {} @@", drifted.key)));
    if drifted.expected.is_some() && item.expected.is_none() {
        anstream::println!("{}", styled(FAINT, " what was expected is known by its fingerprint only"));
    }
    let line = |text: &Option<String>| text.as_ref().map(|text| format!("{text}\n")).unwrap_or_default();
    let (old, new) = (line(&item.expected), line(&drifted.found));
    let diff = TextDiff::from_lines(&old, &new);
    for change in diff.grouped_ops(3).iter().flatten().flat_map(|op| diff.iter_changes(op)) {
        let line = change.value().trim_end_matches('\n');
        match change.tag() {
            ChangeTag::Equal => anstream::println!(" {line}"),
            ChangeTag::Delete => anstream::println!("{}", styled(REMOVED, &format!("-{line}"))),
            ChangeTag::Insert => anstream::println!("{}", styled(ADDED, &format!("+{line}"))),
        }
    }
}

fn state(item: &DriftItem) -> &'static str {
    match (&item.drifted.found, &item.drifted.expected) {
        (None, _) => "is gone",
        (Some(_), Some(_)) => "was changed",
        (Some(_), None) if item.drifted.is_known => "is back",
        (Some(_), None) => "was made by no migration",
    }
}

/// The same for programs.
pub(crate) fn json(drift: &Drift) -> serde_json::Value {
    let one = |item: &DriftItem| {
        serde_json::json!({
            "object": item.drifted.key, "state": state(item), "migration": item.migration,
            "should_exist": item.drifted.expected.is_some(), "expected": item.expected, "found": item.drifted.found,
        })
    };
    let items: Vec<serde_json::Value> = drift.items.iter().map(one).collect();
    serde_json::json!({ "drift": items, "open": drift.open, "pending": drift.pending })
}
